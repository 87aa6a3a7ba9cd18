//! What a source may reach outside itself: servers, secrets, folders. Each is a door that checks, counts and masks;
//! without a grant behind it, a door is a wall.

pub mod exchange;
pub mod folder;
pub mod http;
pub mod moment;
pub mod origin;
pub mod tape;
pub mod vault;
pub mod wire;
