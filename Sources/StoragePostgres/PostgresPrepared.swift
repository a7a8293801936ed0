/// A statement on the server, and the columns of its answers.
final class PostgresPrepared {
    let name: String
    /// Performed before.
    var isOld = false
    private var shape: PostgresAnswer.Shape?

    init(name: String) {
        self.name = name
    }

    func shape(of answer: PostgresAnswer) -> PostgresAnswer.Shape {
        if let shape { return shape }
        let new = answer.shape
        shape = new
        return new
    }
}

/// A statement that was said and has not gone out yet.
struct PostgresWaiting {
    typealias Take = (PostgresAnswer, PostgresPrepared) throws(PostgresTrouble) -> Void

    let statement: PostgresPrepared
    let parameters: PostgresParameters
    /// What it answers decides whether the transaction is kept: the commit cannot go with it.
    let isChecked: Bool
    let take: Take?

    init(
        _ statement: PostgresPrepared, _ parameters: PostgresParameters, isChecked: Bool = false, _ take: Take? = nil
    ) {
        self.statement = statement
        self.parameters = parameters
        self.isChecked = isChecked
        self.take = take
    }
}
