//! Files that tell a web server what to do: headers, caching, no listing, the page for lost addresses, nothing indexed.
//! Each host reads its own and ignores the others.

use std::fmt::Write;

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

/// The files of an audience's folder; `base` is its address path where it is known.
pub fn files(base: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let text = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        text(".htaccess", apache(base)),
        text(".nojekyll", String::new()),
        text("_headers", headers(base)),
        text("nginx.conf.sample", nginx(base)),
        text("robots.txt", "User-agent: *\nDisallow: /\n".to_owned()),
        text("web.config", iis()),
    ]
}

fn apache(base: Option<&str>) -> String {
    let mut out = String::from(
        "# written by kpress\nOptions -Indexes\n<FilesMatch \"^\\.\">\n  Require all denied\n</FilesMatch>\n",
    );
    // Writing to a `String` cannot fail, here and below.
    if let Some(base) = base {
        let _ = writeln!(out, "ErrorDocument 404 {base}404.html");
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

fn nginx(base: Option<&str>) -> String {
    let base = base.unwrap_or("/kpi/");
    let mut set = String::new();
    for (name, value) in HEADERS {
        let _ = writeln!(set, "    add_header {name} \"{value}\" always;");
    }
    format!(
        "# written by kpress: for the `server` block; an `add_header` in a block takes the place of all outer ones,\n\
         # so each block has the full set. Put your folder in place of /srv/www.\n\
         location {base} {{\n    root /srv/www;\n    autoindex off;\n    error_page 404 {base}404.html;\n\
         {set}    add_header Cache-Control \"{ASK_AGAIN}\";\n\n\
         \x20   location ~ /\\. {{\n        deny all;\n    }}\n\
         \x20   location {base}a/ {{\n{}        add_header Cache-Control \"{FOREVER}\";\n    }}\n}}\n",
        set.replace("    add_header", "        add_header")
    )
}

fn iis() -> String {
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
         \x20   </staticContent>\n  </system.webServer>\n</configuration>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_told_every_header() {
        for (name, bytes) in files(Some("/kpi/all/")) {
            let text = String::from_utf8(bytes).expect("text");
            if matches!(name.as_str(), ".nojekyll" | "robots.txt") {
                continue;
            }
            for (header, value) in HEADERS {
                assert!(text.contains(header) && text.contains(value), "{name}: {header}");
            }
        }
    }
}
