#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The wall clock of the machine. Only `Surroundings` and logs ask it.
package func machineNow() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
}
