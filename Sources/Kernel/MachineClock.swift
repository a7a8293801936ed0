import Foundation

/// The wall clock of the machine. Only `Surroundings` and logs ask it.
package func machineNow() -> Instant {
    // Not clock_gettime: optimised builds compile the module as one, and then take timespec for the member of a module
    // that cannot be imported.
    Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
}
