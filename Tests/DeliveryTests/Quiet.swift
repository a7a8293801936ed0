import Logging

/// Tests look at the data, not at the diary.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
