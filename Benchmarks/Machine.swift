import Foundation

/// What was measured on, without names.
enum Machine {
    static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    static var description: String {
        let memory = Int((Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)).rounded())
        let day = Date.now.formatted(.iso8601.year().month().day())
        return "\(cores) cores (\(processor)), \(memory) GiB, \(system), \(day), built with \(swift)."
    }

    private static var processor: String {
        let lines = text("/proc/cpuinfo").split(separator: "\n")
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    private static var system: String {
        let line = text("/etc/os-release").split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
        return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }.map { String($0) } ?? "Linux"
    }

    private static var swift: String {
        #if compiler(>=6.4)
            "Swift 6.4 or newer"
        #elseif compiler(>=6.3)
            "Swift 6.3"
        #else
            "Swift 6.2"
        #endif
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
