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
        let done = try await payments.importBankFile(bankFile(path), by: .system)
        return BankFileOutcome(
            isRefused: done.isRefused, text: done.isRefused ? "refused: \(done.refusal)" : done.counts.summary)
    }

    /// What that would do; nothing is booked.
    package func checkBankFile(_ path: String) async throws -> BankFileOutcome {
        let told = try await payments.checkBankFile(bankFile(path))
        return BankFileOutcome(
            isRefused: told.isRefused,
            text: told.isRefused ? "would be refused: \(told.refusal)" : "would be \(told.counts.summary)")
    }

    private func bankFile(_ path: String) -> BankFile {
        BankFile(name: path.split(separator: "/").last.map(String.init) ?? path, .path(path))
    }
}
