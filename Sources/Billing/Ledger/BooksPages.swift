import Kernel
import Storage
import Web

extension Billing {
    /// The books as the operator sees them: what each account holds, and every transaction with its postings.
    func openBooks(_ doors: Doors) {
        doors.staff.get("books") { visit in
            let balances = try await database.report { try $0.accountBalances() }
            return .page(balancesPage(visit, balances))
        }
        doors.staff.get("books/journal") { visit in
            let account = Int(visit.visit.query("account")).flatMap(LedgerAccount.init(rawValue:))
            let search = JournalSearch(
                of: OrganizationID(visit.visit.query("organization").trimmed), account: account,
                from: Day(visit.visit.query("from")), until: Day(visit.visit.query("until")))
            let before = visit.visit.query("before")
            let found = try await database.report { connection in
                try connection.journal(
                    search, before: LedgerTransactionID(before), limit: Paging.sizeDefault + 1)
            }
            return .page(booksPage(visit, search, found))
        }
    }

    private func balancesPage(_ visit: SignedInVisit, _ balances: [AccountBalance]) -> Page {
        let words = visit.words
        let rows = balances.map { balance -> HTML in
            let journal = Link("/staff/books/journal").query([("account", String(balance.account.code))])
            return """
                <tr><th scope="row"><a href="\(journal)">\(balance.account.title(words))</a></th>
                <td class="num" data-label="\(words("billing.movement.balance"))">\(words.money(balance.amount))</td></tr>
                """
        }
        return Page(
            title: words("billing.books"), current: "staff",
            body: """
                \(crumbs(words, [(words("support.desk"), "/staff"), (words("billing.books"), nil)]))
                \(pageHead(
                    words("billing.books"), words("billing.books.lead"),
                    action: linkButton(words("billing.books.journal"), "/staff/books/journal", icon: "document")))
                \(list(
                    words("billing.books.balances"), words, rows,
                    heads: ["billing.books.account", "billing.movement.balance"]))
                """)
    }

    private func booksPage(_ visit: SignedInVisit, _ search: JournalSearch, _ found: [JournalEntry]) -> Page {
        let words = visit.words
        let rows = found.prefix(Paging.sizeDefault).map { entry -> HTML in
            let numbers = entry.documents.map(\.number).joined(separator: ", ")
            let postings = entry.postings.map { line -> HTML in
                """
                <div><dt>\(line.account.title(words))<small>\(line.detail)</small></dt><dd>\(words.money(line.amount))</dd></div>
                """
            }
            return """
                <tr><th scope="row">\(words(entry.word)) \(numbers)<small>\(entry.id) · \(entry.key)</small></th>
                <td class="date" data-label="\(words("billing.movement.when"))">\(words.day(entry.effectiveOn))</td>
                <td data-label="\(words("billing.books.postings"))"><dl class="kv">\(postings)</dl></td></tr>
                """
        }
        let query = ["account", "organization", "from", "until"].map { ($0, visit.visit.query($0)) }
        return Page(
            title: words("billing.books.journal"), current: "staff",
            body: """
                \(crumbs(words, [
                    (words("support.desk"), "/staff"), (words("billing.books"), "/staff/books"),
                    (words("billing.books.journal"), nil),
                ]))
                \(pageHead(words("billing.books.journal"), words("billing.books.journal.lead")))
                <div class="stack">
                \(panel(booksFilter(visit, search)))
                \(list(
                    words("billing.books.journal"), words, rows,
                    heads: ["billing.what", "billing.movement.when", "billing.books.postings"]))
                </div>
                \(olderEntries(found, "/staff/books/journal", query, words))
                """)
    }

    private func booksFilter(_ visit: SignedInVisit, _ search: JournalSearch) -> HTML {
        let words = visit.words
        let accounts = LedgerAccount.allCases.map { account -> HTML in
            """
            <option value="\(account.code)"\(when(account == search.account, " selected"))>\(account.title(words))</option>
            """
        }
        return """
            <form class="filters" method="get" action="/staff/books/journal" role="search" aria-label="\(words("billing.filter"))">
            <label for="account">\(words("billing.books.account"))</label>
            <select class="input" id="account" name="account"><option value="">\(words("billing.books.all"))</option>\(accounts)</select>
            <label for="organization">\(words("billing.books.organization"))</label>
            <input class="input" id="organization" name="organization" inputmode="numeric" maxlength="20" value="\(visit.visit.query("organization"))">
            <label for="from">\(words("billing.from"))</label>
            <input class="input" id="from" name="from" type="date" value="\(visit.visit.query("from"))">
            <label for="until">\(words("billing.until"))</label>
            <input class="input" id="until" name="until" type="date" value="\(visit.visit.query("until"))">
            <button class="btn">\(words("billing.filter"))</button>
            </form>
            """
    }
}

extension LedgerAccount {
    fileprivate func title(_ words: Words) -> String { "\(code) \(words("billing.account.\(code)"))" }
}
