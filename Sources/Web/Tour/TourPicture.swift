/// The console as a drawing: grey, and the part that is spoken of in the accent colour. Says nothing that the words do not.
struct TourPicture {
    let pointing: Tour.Part

    init(pointing part: Tour.Part) {
        pointing = part
    }

    var html: HTML {
        """
        <svg class="tour-picture" viewBox="0 0 320 200" aria-hidden="true"><rect class="frame" x="1" y="1" width="318" height="198" rx="8"/>\
        <path class="edge" d="M1 28h318M76 28v171"/>\(Tour.Part.allCases.map(draw))</svg>
        """
    }

    private func draw(_ part: Tour.Part) -> HTML {
        let boxes = TourPicture.boxes(of: part).map { box -> HTML in
            "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(box.width)\" height=\"\(box.height)\" rx=\"3\"/>"
        }
        return "<g\(when(part == pointing, " class=\"on\""))>\(boxes)</g>"
    }

    private typealias Box = (x: Int, y: Int, width: Int, height: Int)

    private static func boxes(of part: Tour.Part) -> [Box] {
        switch part {
        case .switcher: [(8, 8, 14, 14), (26, 11, 42, 8)]
        case .search: [(216, 8, 72, 14)]
        case .person: [(296, 8, 14, 14)]
        case .overview: [(8, 38, 58, 8)]
        case .navigation: [(8, 60, 50, 6), (8, 72, 58, 6), (8, 84, 44, 6), (8, 104, 52, 6), (8, 116, 58, 6)]
        case .orders: [(8, 138, 46, 6)]
        case .tiles: [(90, 60, 68, 42), (166, 60, 68, 42), (242, 60, 68, 42), (90, 110, 68, 42), (166, 110, 68, 42)]
        case .languages: [(90, 182, 24, 6), (120, 182, 24, 6), (150, 182, 24, 6)]
        }
    }
}
