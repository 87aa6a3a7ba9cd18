//! The first interface, `kpress:plugin@0.1`, frozen in `plugins/wit/v1`. Nothing outside this module sees its types.

mod convert;
pub(crate) mod describe;
pub(crate) mod doors;
pub(crate) mod fit;
pub(crate) mod metric;
pub(crate) mod pure;
pub(crate) mod rule;
pub(crate) mod source;
mod told;
pub(crate) mod widget;

/// What `bindgen!` makes of the interface.
#[allow(
    unsafe_code,
    missing_docs,
    unused_qualifications,
    unused_variables,
    unreachable_pub,
    clippy::all,
    reason = "code that a macro writes"
)]
pub(crate) mod wit {
    wasmtime::component::bindgen!({
        path: "plugins/wit/v1",
        world: "host-everything",
        ownership: Borrowing { duplicate_if_necessary: true },
        imports: { default: trappable },
    });
}
