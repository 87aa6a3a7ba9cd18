//! Files that tell a web server what to do: headers, caching, no listing, the page for lost addresses, nothing indexed.
//! Each host reads its own and ignores the others.

use super::gate::Gate;
use std::fmt::Write;

/// What is known of the host that the files are for; of the tree on this machine nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Host<'a> {
    /// The address path of the audience's folder: `/kpi/company/`.
    pub base: Option<&'a str>,
    /// Passwords that its server asks for.
    pub gate: Option<Gate<'a>>,
}

/// Headers of every answer (publishing.md §14).
pub const HEADERS: &[(&str, &str)] = &[
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
];

/// Shared files have their content in their name.
const FOREVER: &str = "private, max-age=31536000, immutable";
/// Everything else is asked for again.
const ASK_AGAIN: &str = "private, no-cache";

/// The files of an audience's folder.
pub fn files(host: &Host<'_>) -> Vec<(String, Vec<u8>)> {
    let base = host.base;
    let text = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        text(".htaccess", apache(host)),
        text(".nojekyll", String::new()),
        text("_headers", headers(base)),
        text("nginx.conf.sample", nginx(host)),
        text("robots.txt", "User-agent: *\nDisallow: /\n".to_owned()),
        text("web.config", iis(host)),
    ]
}

fn apache(host: &Host<'_>) -> String {
    let mut out = String::from(
        "# written by kpress\nOptions -Indexes\n<FilesMatch \"^\\.\">\n  Require all denied\n</FilesMatch>\n",
    );
    // Writing to a `String` cannot fail, here and below.
    if let Some(base) = host.base {
        let _ = writeln!(out, "ErrorDocument 404 {base}404.html");
    }
    if let Some(gate) = &host.gate {
        out += &gate.apache();
    }
    out += "<IfModule mod_headers.c>\n";
    for (name, value) in HEADERS {
        let _ = writeln!(out, "  Header always set {name} \"{value}\"");
    }
    // Without `always`: a hashed name that was not found must not be kept for a year.
    let _ = writeln!(out, "  Header set Cache-Control \"{ASK_AGAIN}\"");
    let _ = writeln!(out, "  <If \"%{{REQUEST_URI}} =~ m#/a/[a-z]+\\.[0-9a-f]{{16}}\\.#\">");
    let _ = writeln!(out, "    Header set Cache-Control \"{FOREVER}\" \"expr=%{{REQUEST_STATUS}} == 200\"");
    out += "  </If>\n</IfModule>\n<IfModule mod_mime.c>\n  AddType application/json .json\n  AddType font/woff2 .woff2\n</IfModule>\n";
    out
}

fn headers(base: Option<&str>) -> String {
    let base = base.unwrap_or("/");
    let mut out = format!("{base}*\n");
    for (name, value) in HEADERS {
        let _ = writeln!(out, "  {name}: {value}");
    }
    let _ = write!(
        out,
        "  Cache-Control: {ASK_AGAIN}\n{base}a/*\n  ! Cache-Control\n  Cache-Control: {FOREVER}\n"
    );
    out
}

fn nginx(host: &Host<'_>) -> String {
    let base = host.base.unwrap_or("/kpi/");
    let gate = host.gate.map(|gate| gate.nginx()).unwrap_or_default();
    let mut set = String::new();
    for (name, value) in HEADERS {
        let _ = writeln!(set, "    add_header {name} \"{value}\" always;");
    }
    format!(
        "# written by kpress: for the `server` block; an `add_header` in a block takes the place of all outer ones,\n\
         # so each block has the full set. Put your folder in place of /srv/www.\n\
         location {base} {{\n    root /srv/www;\n    autoindex off;\n    error_page 404 {base}404.html;\n\
         {gate}{set}    add_header Cache-Control \"{ASK_AGAIN}\";\n\n\
         \x20   location ~ /\\. {{\n        deny all;\n    }}\n\
         \x20   location {base}a/ {{\n{}        add_header Cache-Control \"{FOREVER}\";\n    }}\n}}\n",
        set.replace("    add_header", "        add_header")
    )
}

fn iis(host: &Host<'_>) -> String {
    let gate = host.gate.map(|gate| gate.iis()).unwrap_or_default();
    let mut set = String::new();
    for (name, value) in HEADERS.iter().chain(&[("Cache-Control", ASK_AGAIN)]) {
        let value = value.replace('&', "&amp;").replace('"', "&quot;");
        let _ = writeln!(set, "        <add name=\"{name}\" value=\"{value}\" />");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- written by kpress -->\n<configuration>\n  <system.webServer>\n\
         \x20   <directoryBrowse enabled=\"false\" />\n    <httpProtocol>\n      <customHeaders>\n{set}\
         \x20     </customHeaders>\n    </httpProtocol>\n    <staticContent>\n\
         \x20     <remove fileExtension=\".json\" />\n      <mimeMap fileExtension=\".json\" mimeType=\"application/json\" />\n\
         \x20     <remove fileExtension=\".woff2\" />\n      <mimeMap fileExtension=\".woff2\" mimeType=\"font/woff2\" />\n\
         \x20   </staticContent>\n{gate}  </system.webServer>\n</configuration>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::deploy::Login;

    #[test]
    fn every_server_is_told_every_header() {
        for (name, bytes) in files(&Host { base: Some("/kpi/all/"), gate: None }) {
            let text = String::from_utf8(bytes).expect("text");
            if matches!(name.as_str(), ".nojekyll" | "robots.txt") {
                continue;
            }
            for (header, value) in HEADERS {
                assert!(text.contains(header) && text.contains(value), "{name}: {header}");
            }
        }
    }

    #[test]
    fn each_server_asks_for_the_groups_of_its_audience() {
        let require = [("ads".into(), vec!["ads".into(), "leads".into()])].into();
        let login = Login {
            users: "/home/u/.htpasswd-kpress".into(),
            groups: "/home/u/.htgroups-kpress".into(),
            realm: "KPI".into(),
            require,
        };
        let of = |audience: &str, file: &str| {
            let gate = Some(Gate { login: &login, audience });
            let all = files(&Host { base: Some("/kpi/"), gate });
            let (_, bytes) = all.into_iter().find(|(name, _)| name == file).expect("a file of this name");
            String::from_utf8(bytes).expect("text")
        };
        let apache = of("ads", ".htaccess");
        for line in [
            "Options -Indexes",
            "AuthUserFile \"/home/u/.htpasswd-kpress\"",
            "AuthGroupFile \"/home/u/.htgroups-kpress\"",
            "Require group ads leads",
            "  SSLRequireSSL",
            "<FilesMatch \"^\\.\">",
        ] {
            assert!(apache.lines().any(|other| other == line), "{line} in {apache}");
        }
        assert!(of("company", ".htaccess").contains("Require group company\n"));
        let nginx = of("ads", "nginx.conf.sample");
        assert!(nginx.contains("auth_basic_user_file /home/u/.htpasswd-kpress.ads;"), "{nginx}");
        assert!(
            nginx.find("auth_basic ").expect("asked") < nginx.find("location /kpi/a/").expect("shared files")
        );
        let iis = of("ads", "web.config");
        assert!(iis.contains("roles=\"ads,leads\"") && iis.contains("<clear />"), "{iis}");
        // Nobody is asked where nobody said so.
        let open = files(&Host::default())
            .into_iter()
            .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
        assert!(open.into_iter().all(|text| !text.contains("Auth")
            && !text.contains("auth_basic")
            && !text.contains("<security>")));
    }
}
