import Kernel
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("1969-12-31T00:00:00.000Z", -86_400_000),
            ("2026-11-20T08:14:00.000Z", 1_795_162_440_000), ("2024-02-29T23:59:59.007Z", 1_709_251_199_007),
            ("2038-01-19T03:14:08.000Z", 2_147_483_648_000), ("0001-01-01T00:00:00.000Z", -62_135_596_800_000),
        ] as [(String, Int64)])
    func `A moment is written and read in RFC 3339`(text: String, milliseconds: Int64) {
        #expect(Instant(milliseconds: milliseconds).description == text)
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00.000Z"), ("2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00.000Z"),
        ("2026-12-31T18:30:00-05:30", "2027-01-01T00:00:00.000Z"),
        ("2027-01-01T00:00:00-00:00", "2027-01-01T00:00:00.000Z"),
        ("2027-01-01T00:00:00.5Z", "2027-01-01T00:00:00.500Z"), ("2027-01-01T00:00:00.05Z", "2027-01-01T00:00:00.050Z"),
        ("2027-01-01T00:00:00.123456789+00:00", "2027-01-01T00:00:00.123Z"),
    ])
    func `Offsets and fractions are understood`(text: String, same: String) {
        #expect(Instant(rfc3339: text)?.description == same)
    }

    @Test(arguments: [
        "", "2027-01-01", "2027-01-01T00:00:00", "2027-01-01 00:00:00Z", "2027-01-01T00:00Z", "2027-01-01T24:00:00Z",
        "2027-01-01T00:60:00Z", "2027-01-01T00:00:60Z", "2027-02-29T00:00:00Z", "2027-01-01T00:00:00.Z",
        "2027-01-01T00:00:00.1234567890Z", "2027-01-01T00:00:00+0100", "2027-01-01T00:00:00+24:00",
        "2027-01-01T00:00:00+01:60", "2027-01-01T00:00:00Zulu", "2027-01-01T00:00:00.5", "2027-01-01T0a:00:00Z",
        "+027-01-01T00:00:00Z", "2027-01-01T00:00:00+1:000", "é027-01-01T00:00:00Z",
    ])
    func `What is no moment is refused`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(arguments: [(0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2)] as [(Int64, Int64)])
    func `Whole seconds round down, before 1970 too`(milliseconds: Int64, seconds: Int64) {
        #expect(Instant(milliseconds: milliseconds).epochSeconds == seconds)
    }

    @Test func `Durations lead from one moment to the other and back`() {
        let start = Instant(epochSeconds: 1_000_000)
        let end = start.adding(.days(2)).adding(.hours(-1)).adding(.minutes(3)).adding(.milliseconds(7))
        #expect(end.duration(since: start) == .milliseconds((172_800 - 3600 + 180) * 1000 + 7))
        #expect(start < end)
    }
}

@Suite struct DurationTests {
    @Test(arguments: [
        ("P14D", 1_209_600), ("PT30M", 1800), ("P1DT12H", 129_600), ("P1W", 604_800), ("PT0S", 0), ("PT1H1M1S", 3661),
        ("P2W3D", 1_468_800), ("P99999999D", 99_999_999 * 86_400),
    ])
    func `An ISO 8601 duration is read`(text: String, seconds: Int) {
        #expect(Duration(iso8601: text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "P", "PT", "14D", "P14", "P1M", "P1Y", "PT1D", "P1H", "-P1D", "P-1D", "P1.5D", "PT1W", "P1DT", "PTT1S",
        "P1D ",
        "p1d", "P9999999999D", "P１D", "P1DT1HT1M",
    ])
    func `What is no duration of fixed length is refused`(text: String) {
        #expect(Duration(iso8601: text) == nil)
    }
}
