import Kernel

/// How large an upload may be, checked before anything of it is decoded, and what is said where it is more.
struct PictureLimits {
    /// The form field that the problems are about.
    let field: String
    let bytesMax: Int
    let sidePixelsMin: Int
    let sidePixelsMax: Int
    let pixelsMax: Int

    /// - Throws: a `Problem` of the field: too many bytes or pixels, too few pixels, not one of the three formats by its
    ///   content, cut off or damaged.
    func header(of upload: [UInt8]) throws(Problem) -> PictureHeader {
        guard upload.count <= bytesMax else {
            throw .field(
                field, "accounts.picture.file_too_large", code: "validation_rule_max",
                ["megabytes": "\(bytesMax / 1024 / 1024)"])
        }
        let header: PictureHeader
        do throws(PictureHeader.Failure) {
            header = try PictureHeader(of: upload)
        } catch .unknownFormat {
            throw .field(field, "accounts.picture.unknown_format", code: "validation_rule_mimes")
        } catch {
            throw damaged
        }
        guard max(header.width, header.height) <= sidePixelsMax, header.width * header.height <= pixelsMax else {
            throw .field(
                field, "accounts.picture.too_large", code: "validation_rule_max",
                ["pixels": "\(sidePixelsMax)", "megapixels": "\(pixelsMax / 1_000_000)"])
        }
        guard min(header.width, header.height) >= sidePixelsMin else {
            throw .field(
                field, "accounts.picture.too_small", code: "validation_rule_min", ["pixels": "\(sidePixelsMin)"])
        }
        return header
    }

    var damaged: Problem { .field(field, "accounts.picture.damaged") }
}
