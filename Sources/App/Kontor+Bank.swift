import Billing
import Kernel
import Storage

extension Kontor {
    /// What the command says of one file.
    package struct BankFileOutcome: Sendable {
        package let isRefused: Bool
        package let text: String
    }

    /// Imports a file of the bank from the disk, for the command.
    package func importBankFile(_ path: String) async throws -> BankFileOutcome {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let done = try await payments.importBankFile(BankFile(name: name, .path(path)), by: .system)
        return BankFileOutcome(
            isRefused: done.isRefused, text: done.isRefused ? "refused: \(done.refusal)" : done.summary)
    }
}
