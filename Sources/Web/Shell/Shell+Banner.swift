import Kernel

extension Shell {
    /// The one red banner: what needs action in this organisation (UI-9).
    var redBanner: HTML {
        guard let banner = visit.banner else { return .empty }
        let words = visit.words
        return Web.banner(
            .danger, icon: "warning", "<strong>\(banner.sentence(words))</strong>",
            action: linkButton(banner.action(words), banner.link))
    }

    /// A link has led to another of the person's organisations: said once, with the way back.
    var changed: HTML {
        guard let organization = visit.organization, let previous = visit.previous else { return .empty }
        let words = visit.words
        return """
            <p class="notice info" role="status">\(icon("info"))<span>\(words(
                "shell.changed", ["organization": organization.name, "previous": previous.name])) \
            <a href="\(Link("/organizations/\(previous.id)"))">\(words("shell.changed.back", ["previous": previous.name]))</a></span></p>
            """
    }
}
