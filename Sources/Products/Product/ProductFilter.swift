import Kernel
import Web

/// Which products a list shows.
package struct ProductFilter: Sendable {
    package var typeID = ""
    package var state: Product.State?
    /// Those whose cancellation is asked for and not confirmed.
    package var isCancelling = false
    package var search = ""

    /// What addresses say of these.
    static let cancelling = "cancellation_requested"

    package init(
        typeID: String = "", state: Product.State? = nil, isCancelling: Bool = false, search: String = ""
    ) {
        self.typeID = typeID
        self.state = state
        self.isCancelling = isCancelling
        self.search = search
    }

    /// From an address; what is not in the catalogue is passed over.
    init(_ visit: Visit, _ catalogue: Catalogue) {
        self.init(
            typeID: catalogue.type(visit.query("type"))?.id ?? "", state: Product.State(rawValue: visit.query("state")),
            isCancelling: visit.query("state") == ProductFilter.cancelling,
            search: String(visit.query("search").prefix(ProductFilter.searchLengthMax)))
    }

    /// As `init` reads it, for links and forms.
    var items: [(name: String, value: String)] { [("type", typeID), ("state", stateText), ("search", search)] }

    /// As addresses say it.
    var stateText: String { isCancelling ? ProductFilter.cancelling : state?.rawValue ?? "" }

    mutating func clearState() {
        state = nil
        isCancelling = false
    }

    private static let searchLengthMax = 100
}
