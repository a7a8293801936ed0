import Foundation
import Kernel
import Testing

/// Every event is told in the activity log.
@Suite struct ActivityWordsTests {
    /// Past tense, upper camel case, in a file that makes events.
    private static let announced: Set<String> = Set(
        Literal.all.filter { literal in
            literal.text.wholeMatch(of: /(?:[A-Z][a-z]+){2,}/) != nil && makers.contains(literal.path)
        }.map(\.text)
    ).subtracting(notEvents)

    private static let makers: Set<String> = Set(
        Tree.sources.filter { $0.code.contains(/\bEvent\(/) && !$0.path.hasPrefix("Sources/Storage/") }.map(\.path))

    /// Literals of the same shape that name something else.
    private static let notEvents: Set<String> = []

    private static let told: Set<String> = Set(
        Tree.files(below: "Sources", ending: "json").filter { $0.path.hasSuffix("/Words/en.json") }.flatMap { file in
            file.lines.compactMap { $0.firstMatch(of: /^\s*"activity\.([A-Za-z]+)":/).map { String($0.1) } }
        })

    @Test func `Events were found`() {
        #expect(ActivityWordsTests.announced.count >= 30)
        #expect(ActivityWordsTests.announced.isSuperset(of: ["OrderPlaced", "PictureRemoved", "PrepaidToppedUp"]))
    }

    @Test func `Every event that is announced has its sentence in the activity log`() {
        #expect(ActivityWordsTests.announced.subtracting(ActivityWordsTests.told).sorted().isEmpty)
    }

    @Test func `Every sentence of the activity log is about an event that is announced`() {
        #expect(ActivityWordsTests.told.subtracting(ActivityWordsTests.announced).sorted().isEmpty)
    }

    @Test func `What a room subscribes to is announced somewhere`() {
        let wanted = Set(
            Tree.sources.flatMap { $0.code.matches(of: /\bSubscription\(\s*"([A-Za-z]+)"/).map { String($0.1) } })
        #expect(wanted.count >= 5)
        #expect(wanted.subtracting(ActivityWordsTests.announced).sorted().isEmpty)
    }
}
