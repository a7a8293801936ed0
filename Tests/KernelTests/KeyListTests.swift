import Kernel
import Testing

@Suite("Keys in one text")
struct KeyListTests {
    @Test("Keys come back as they were written, each of them once")
    func roundTrip() {
        let ids: Set<ProductID> = Set([1, 20, 999_999_999_999, .max].map(ProductID.init(rawValue:)))
        #expect(ids.idText == "1,20,999999999999,9223372036854775807")
        #expect(Set<ProductID>(ids: ids.idText) == ids)
        #expect(Set<ProductID>(ids: "3,1,3,3") == Set([1, 3].map(ProductID.init(rawValue:))))
        #expect(Set<ProductID>(ids: "").isEmpty)
    }
}
