//! Tests that need more than one crate, or the shared data beside the workspace. One binary.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod city;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod http;
#[cfg(test)]
mod import;
#[cfg(test)]
mod judge;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod mining;
#[cfg(test)]
mod model;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod tidy;
