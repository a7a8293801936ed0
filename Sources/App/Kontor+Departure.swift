import Accounts
import Kernel
import News
import Organizations
import Storage

extension Kontor {
    /// What keeps people from deleting their account: an organisation that nobody else answers for (ACC-36). Else they leave
    /// their organisations, which stay (ACC-37), and the programs that spoke for them fall silent.
    static let departure = Departure(
        obstacles: { connection, person in
            try Organization.departureObstacles(of: person, in: connection).map { hindrance in
                Obstacle(word: hindrance.word, arguments: hindrance.arguments, link: hindrance.link)
            }
        },
        depart: { connection, person, actor, now in
            // Two who answer for the same organisation, at the same moment: the second one stays.
            guard try Organization.departureObstacles(of: person, in: connection).isEmpty else {
                throw Departure.obstructed
            }
            try Organization.depart(person, actor: actor, at: now, in: connection)
            try connection.execute("DELETE FROM api_token WHERE person_id = \(person)")
            try News.forget(person, in: connection)
        })
}
