# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
# All members of the workspace: cargo reads every manifest, though it builds only the one binary.
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY loadtest loadtest
COPY migrations migrations
COPY xtask xtask
# The caches outlive the layers: a change of one crate compiles that crate, not its 450 dependencies.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --profile dist --locked --package campanile \
    && install -D --mode=0755 target/dist/campanile /out/campanile

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Campanile" \
      org.opencontainers.image.description="Multi-tenant notification service" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/campanile /usr/local/bin/campanile
# Only `up` writes, and only here; the cluster's roles run with a read-only root.
RUN install -d --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /data
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
# API; health and metrics of a worker.
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# No shell in between: the binary is process 1 and gets the signals itself.
ENTRYPOINT ["/usr/local/bin/campanile"]
CMD ["up", "--listen", "0.0.0.0:8080", "--data-dir", "/data"]
