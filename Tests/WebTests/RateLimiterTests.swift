import Kernel
import Testing

@testable import Web

@Suite struct RateLimiterTests {
    private let limit = RateLimit("test", count: 50, perSeconds: 60)
    private let start = Instant(epochSeconds: 1_800_000_000)

    @Test func `Of 200 at once exactly as many as the limit are let through`() async {
        let limiter = RateLimiter()
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask { [limit, start] in limiter.count(limit, "source", factor: 1, at: start).isAllowed }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(allowed == 50)
    }

    @Test func `What is left is told, down to nothing`() {
        let limiter = RateLimiter()
        let left = (0..<52).map { _ in limiter.count(limit, "source", factor: 1, at: start).left }
        #expect(left == Array((0...49).reversed()) + [0, 0])
    }

    @Test func `Sources and limits do not count for each other, and a factor multiplies`() {
        let limiter = RateLimiter()
        for _ in 0..<50 { _ = limiter.count(limit, "a", factor: 1, at: start) }
        #expect(!limiter.count(limit, "a", factor: 1, at: start).isAllowed)
        #expect(limiter.count(limit, "b", factor: 1, at: start).isAllowed)
        #expect(limiter.count(RateLimit("other", count: 1, perSeconds: 60), "a", factor: 1, at: start).isAllowed)
        #expect(limiter.count(limit, "a", factor: 2, at: start).isAllowed)
    }

    @Test func `A window ends after its time and not before`() {
        let limiter = RateLimiter()
        for _ in 0..<51 { _ = limiter.count(limit, "a", factor: 1, at: start) }
        let before = limiter.count(limit, "a", factor: 1, at: start.adding(.milliseconds(59_999)))
        #expect(!before.isAllowed)
        #expect(before.resetSeconds == 1)
        #expect(limiter.count(limit, "a", factor: 1, at: start.adding(.seconds(60))).left == 49)
    }

    @Test func `A clock that was moved locks nobody out`() {
        let limiter = RateLimiter()
        for _ in 0..<51 { _ = limiter.count(limit, "a", factor: 1, at: start) }
        #expect(limiter.count(limit, "a", factor: 1, at: start.adding(.days(-30))).isAllowed)
        for _ in 0..<51 { _ = limiter.count(limit, "a", factor: 1, at: start.adding(.days(-30))) }
        #expect(limiter.count(limit, "a", factor: 1, at: start.adding(.days(30))).isAllowed)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::FFFF:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"), ("2001:db8::1", "2001:db8:0:0::/64"), ("::1", "0:0:0:0::/64"),
        ("1::2:3:4:5:6:7", "1:0:2:3::/64"), ("", ""),
    ])
    func `An IPv4 address is a source, and so is an IPv6 network of one customer`(address: String, source: String) {
        #expect(RateLimiter.source(of: address) == source)
    }
}
