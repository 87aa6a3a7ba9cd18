//! Passwords that a web server asks for: the parts of `.htaccess`, the sample for nginx and `web.config` that say so, one
//! gate per folder of an audience. The files of passwords and groups stand outside what the server shows.
//!
//! A server may ignore all of it (Apache with `AllowOverride None`), so a deploy looks afterwards as a stranger, without a
//! password: `index.html`, a JSON file of a version and its `manifest.json` must answer [`CLOSED`]; the names in [`BAIT`], tried
//! at the root of the host and in the folder, must answer [`NOWHERE`]; a folder (`v/`) must not be listed, which the first
//! holds, too. The probe folder with this `.htaccess` answers [`CLOSED`] as well. Anything else: the pointers go back, exit 24.

use crate::plan::deploy::Login;
use std::fmt::Write;

/// What a server answers to a stranger.
pub const CLOSED: u16 = 401;
/// What a server may answer about files that nobody shall see. Behind the gate that it asks for a password will do, too.
pub const NOWHERE: &[u16] = &[403, 404, CLOSED];
/// Names of files with passwords, as a stranger would try them.
pub const BAIT: &[&str] = &[".htpasswd-kpress", ".htgroups-kpress", ".htpasswd", ".htaccess"];

/// The gate before one audience.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate<'a> {
    /// Where the server finds its files, and who may pass.
    pub login: &'a Login,
    /// The audience behind it.
    pub audience: &'a str,
}

impl Gate<'_> {
    /// The names of files with passwords and groups that a stranger must not get, own ones first.
    pub fn bait(&self) -> Vec<String> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut all = vec![name(&self.login.users), name(&self.login.groups)];
        all.extend(BAIT.iter().map(|name| (*name).to_owned()));
        all.dedup();
        all
    }

    /// The file of users of this audience, for servers that know no groups.
    pub fn users_of_audience(&self) -> String {
        format!("{}.{}", self.login.users, self.audience)
    }

    fn groups(&self) -> Vec<&str> {
        self.login.groups_of(self.audience)
    }

    /// For Apache. Over plain HTTP nobody is asked, and nobody gets anything: a password would cross the line in clear.
    pub(super) fn apache(&self) -> String {
        format!(
            "AuthType Basic\nAuthName \"{}\"\nAuthBasicProvider file\nAuthUserFile \"{}\"\nAuthGroupFile \"{}\"\n\
             Require group {}\n<IfModule mod_ssl.c>\n  SSLRequireSSL\n</IfModule>\n",
            self.login.realm,
            self.login.users,
            self.login.groups,
            self.groups().join(" ")
        )
    }

    /// For nginx, inside the `location` of the audience; what is inside that inherits it. nginx knows no groups, so each
    /// audience has its own file of users.
    pub(super) fn nginx(&self) -> String {
        let mut out = String::new();
        // Writing to a `String` cannot fail.
        let _ = write!(
            out,
            "    if ($scheme != \"https\") {{\n        return 403;\n    }}\n    auth_basic \"{}\";\n    auth_basic_user_file {};\n",
            self.login.realm,
            self.users_of_audience()
        );
        out
    }

    /// For IIS: accounts of the machine or the domain, by role. Many hosts lock these sections; then an administrator sets them.
    pub(super) fn iis(&self) -> String {
        let roles = self.groups().join(",");
        format!(
            "    <security>\n      <access sslFlags=\"Ssl\" />\n      <authentication>\n\
             \x20       <anonymousAuthentication enabled=\"false\" />\n        <basicAuthentication enabled=\"true\" realm=\"{}\" />\n\
             \x20     </authentication>\n      <authorization>\n        <clear />\n        <add accessType=\"Allow\" roles=\"{roles}\" />\n\
             \x20     </authorization>\n      <requestFiltering>\n        <hiddenSegments>\n          <add segment=\".htaccess\" />\n\
             \x20       </hiddenSegments>\n      </requestFiltering>\n    </security>\n",
            self.login.realm
        )
    }
}
