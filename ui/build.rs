//! Compiles the screens when the window is wanted.

fn main() {
    #[cfg(feature = "window")]
    {
        // Labels and roles are found through the element tree by the canvas; it needs the elements' debug info.
        let config = slint_build::CompilerConfiguration::new().with_style("fluent-light".into()).with_debug_info(true);
        slint_build::compile_with_config("ui/app.slint", config).expect("failed compiling ui/app.slint");
    }
}
