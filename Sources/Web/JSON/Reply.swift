package import Kernel

/// An answer of the public API: `{"result":"success","data":…}` or the error shape, compact, keys in the documented order.
package struct Reply: Sendable {
    package let status: Int
    package let bytes: [UInt8]

    package static func success(status: Int = 200, _ data: (inout JSONWriter) -> Void) -> Reply {
        var writer = JSONWriter()
        writer.object { reply in
            reply.field("result", "success")
            reply.key("data")
            data(&reply)
        }
        return Reply(status: status, bytes: writer.bytes)
    }

    /// A page of a list: `total, page, pages, items_per_page` beside `data`.
    package static func list<T>(_ list: Listing<T>, _ item: (inout JSONWriter, T) -> Void) -> Reply {
        var writer = JSONWriter()
        writer.object { reply in
            reply.field("result", "success")
            reply.array("data", list.items, item)
            reply.field("total", list.total)
            reply.field("page", list.paging.page)
            reply.field("pages", list.pages)
            reply.field("items_per_page", list.paging.size)
        }
        return Reply(status: 200, bytes: writer.bytes)
    }

    /// - Parameter words: English; the API speaks English only (API-10).
    static func error(_ problems: [Problem], words: Words) -> Reply {
        let first = problems.first ?? .notFound
        let isValidation = first.kind == .invalid
        var writer = JSONWriter()
        writer.object { reply in
            reply.field("result", "error")
            reply.object("error") { error in
                error.field("code", isValidation ? "validation_failed" : first.code)
                error.field(
                    "description",
                    isValidation ? words("problem.validation_failed") : words(first.word, first.arguments))
                guard isValidation else { return }
                error.array("errors", problems) { entry, problem in
                    entry.object { entry in
                        entry.field("code", problem.code)
                        entry.field("description", words(problem.word, problem.arguments))
                        entry.object("context") { $0.field("attribute", problem.field ?? "") }
                    }
                }
            }
        }
        return Reply(status: first.status, bytes: writer.bytes)
    }
}

extension Problem {
    /// The HTTP status of its kind.
    package var status: Int {
        switch kind {
        case .malformed: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .wrongMethod: 405
        case .conflict: 409
        case .gone: 410
        case .tooLarge: 413
        case .unsupportedType: 415
        case .invalid: 422
        case .tooMany: 429
        case .unavailable: 503
        }
    }
}
