//! Generates the gRPC stubs from the descriptors that `quotient-proto` exports; its messages are reused.

use prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let descriptors = prost_types::FileDescriptorSet::decode(quotient_proto::DESCRIPTORS)?;
    tonic_prost_build::configure()
        .extern_path(".quotient.v1", "::quotient_proto::v1")
        .extern_path(".quotient.plugin.v1", "::quotient_proto::plugin_v1")
        .extern_path(".google.type", "::quotient_proto::google::r#type")
        .compile_fds(descriptors)?;
    Ok(())
}
