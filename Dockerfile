# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
# All members of the workspace: cargo reads every manifest, though it builds only the one binary.
COPY Cargo.toml Cargo.lock ./
# The inbox for browsers, which the binary embeds.
COPY clients/web/dist clients/web/dist
COPY crates crates
COPY loadtest loadtest
COPY migrations migrations
COPY xtask xtask
# The caches outlive the layers: a change of one crate compiles that crate, not its 450 dependencies.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --profile dist --locked --package campanile \
    && install -D --mode=0755 target/dist/campanile /out/usr/local/bin/campanile
# All else that the image has: the libraries that the binary names, the certificates of authorities, how names are
# resolved, and an empty directory for `up`.
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN ldd /out/usr/local/bin/campanile | grep --only-matching '/lib[^ ]*' \
        | while read -r library; do install -D "$library" "/out$library"; done \
    && install -D --mode=0644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
    && echo 'hosts: files dns' > /out/etc/nsswitch.conf \
    && install --directory --mode=0700 /data

# No shell, no package manager, nothing to update but the binary.
FROM scratch
LABEL org.opencontainers.image.title="Campanile" \
      org.opencontainers.image.description="Multi-tenant notification service" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /out/ /
# Only `up` writes, and only here; the cluster's roles run with a read-only root.
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/usr/local/bin
WORKDIR /data
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
# API; health and metrics of a worker.
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=3 CMD ["campanile", "health"]
# No shell in between: the binary is process 1 and gets the signals itself.
ENTRYPOINT ["/usr/local/bin/campanile"]
CMD ["up", "--listen", "0.0.0.0:8080", "--data-dir", "/data"]
