package import Foundation
import Kernel
import Storage

/// The room of what belongs to no room: files, the language, whether the process is well.
package enum CommonPages {
    package static func open(_ doors: Doors, assets: Assets, metrics: Prometheus) {
        doors.public.get("/assets/{file}") { visit in
            guard let file = assets.file(visit.parameter("file")) else { throw Problem.notFound }
            return .bytes(file.bytes, contentType: file.contentType)
                .header("Cache-Control", "public, max-age=31536000, immutable")
        }
        SearchPages.open(doors)
        TourPages.open(doors)
        doors.crawled("/assets/")
        doors.public.get("/robots.txt") { visit in
            let lines = ["User-agent: *"] + visit.house.contributions.crawled + ["Disallow: /"]
            return .text(lines.map { "\($0)\n" }.joined())
        }
        doors.public.get("/healthz") { _ in .text("ok\n") }
        doors.public.get("/readyz") { visit in
            do {
                _ = try await visit.database.read { try $0.row("SELECT 1 AS one") }
                return .text("ok\n")
            } catch {
                return .text("the database does not answer\n", status: 503)
            }
        }
        doors.public.get("/metrics") { _ in
            .text(metrics.text(), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
        doors.public.get("/accessibility") { visit in
            let words = visit.words
            return .page(
                Page(
                    title: words("accessibility.title"), layout: .gate,
                    body: "<h1>\(words("accessibility.title"))</h1><p>\(words("accessibility.text"))</p>"))
        }
        doors.public.get("/status") { visit in
            let words = visit.words
            _ = try await visit.database.read { try $0.row("SELECT 1 AS one") }
            return .page(
                Page(
                    title: words("status.title"), layout: .gate,
                    body: "<h1>\(words("status.title"))</h1><p>\(tag(.ok, words("status.ok")))</p>"))
        }
    }

    package static let words = Bundle.module.bundleURL.appendingPathComponent("Words")
}
