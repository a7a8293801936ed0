import Delivery
import Kernel
import Testing

@Suite struct BackoffTests {
    static let backoff = Backoff(firstSeconds: 30, ceilingSeconds: 3600, attemptsMax: 10)

    @Test(
        "it doubles up to the ceiling",
        arguments: [
            (attempts: 1, seconds: 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1920), (8, 3600),
            (9, 3600),
            (10_000, 3600), (.max, 3600),
        ])
    func doubles(attempts: Int, seconds: Int) {
        let shortest = Self.backoff.delay(after: attempts) { [UInt8](repeating: 0, count: $0) }
        let longest = Self.backoff.delay(after: attempts) { [UInt8](repeating: 255, count: $0) }
        #expect(shortest == .seconds(seconds) / 2)
        #expect(longest == .seconds(seconds) - .milliseconds(1))
    }

    @Test func chanceSpreadsEvenlyOverTheUpperHalf() {
        let middle = Self.backoff.delay(after: 1) { count in [128] + [UInt8](repeating: 0, count: count - 1) }
        #expect(middle == .milliseconds(22_500))
    }

    @Test func aDayOfAnotherServersOutageIsSurvived() {
        let waits = (1..<Backoff.delivery.attemptsMax).map { attempts in
            Backoff.delivery.delay(after: attempts) { [UInt8](repeating: 128, count: $0) }
        }
        let total = waits.reduce(Duration.zero, +)
        #expect(total > .hours(15))
        #expect(total < .hours(48))
    }
}
