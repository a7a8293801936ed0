/// Which part of a list is wanted. Lists come in pages from the first day.
package struct Paging: Sendable, Hashable {
    package let page: Int
    package let size: Int

    /// More than this is an export, not a page.
    package static let sizeMax = 100
    package static let sizeDefault = 20

    /// Pages count from 1; what is out of bounds is brought back into them.
    package init(page: Int = 1, size: Int = Paging.sizeDefault) {
        self.page = min(max(page, 1), 1_000_000)
        self.size = min(max(size, 1), Paging.sizeMax)
    }

    package var offset: Int { (page - 1) * size }
}

/// One page of a list and how many there are in all.
package struct Listing<Item: Sendable>: Sendable {
    package let items: [Item]
    package let total: Int
    package let paging: Paging

    package init(items: [Item], total: Int, paging: Paging) {
        self.items = items
        self.total = total
        self.paging = paging
    }

    package var pages: Int { max(1, (total + paging.size - 1) / paging.size) }
}
