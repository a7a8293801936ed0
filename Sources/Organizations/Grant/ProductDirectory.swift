package import Kernel
package import Storage
package import Web

/// What the pages of members and teams need to know of products, which a room above keeps: handed down when the house is put
/// together.
package struct ProductDirectory: Sendable {
    /// Every product of an organisation that can be given to somebody, by type and name.
    package let list: @Sendable (OrganizationID, Connection) throws -> [Entry]

    package struct Entry: Sendable {
        package let id: ProductID
        package let name: String
        /// `web-hosting`
        package let typeID: String
        package let type: @Sendable (Words) -> String

        package init(id: ProductID, name: String, typeID: String, type: @escaping @Sendable (Words) -> String) {
            self.id = id
            self.name = name
            self.typeID = typeID
            self.type = type
        }
    }

    package init(list: @escaping @Sendable (OrganizationID, Connection) throws -> [Entry]) {
        self.list = list
    }

    /// Those of the wanted products that there are in the organisation.
    /// - Throws: 404 where one is not, whoever's it is.
    package func check(
        _ wanted: Set<ProductID>, in organization: OrganizationID, _ connection: Connection
    ) throws -> [Entry] {
        if wanted.isEmpty { return [] }
        let found = try list(organization, connection).filter { wanted.contains($0.id) }
        guard found.count == wanted.count else { throw Problem.notFound }
        return found
    }
}
