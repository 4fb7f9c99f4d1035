FROM python:3.12-slim-bookworm AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 VENV=/opt/kommunsvar
# The packages first: this layer stays while only Kommunsvar's own code changes.
COPY pyproject.toml requirements.lock requirements-torch.txt ./
COPY scripts/install.sh scripts/
RUN sh scripts/install.sh --runtime --dependencies
COPY LICENSE README.md ./
COPY knowledge knowledge
COPY index index
COPY bot bot
RUN sh scripts/install.sh --runtime

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Kommunsvar" \
      org.opencontainers.image.description="Finds a municipality's official replies to interpellations, word for word, with their source." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.vendor="The Kommunsvar founders"
RUN groupadd --gid 10001 kommunsvar \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin kommunsvar \
    && install --directory --owner=kommunsvar --group=kommunsvar /var/lib/kommunsvar
COPY --from=build /opt/kommunsvar /opt/kommunsvar
ENV PATH=/opt/kommunsvar/bin:$PATH \
    KOMMUNSVAR_HOME=/var/lib/kommunsvar \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/kommunsvar
# The home: the record, the sources and the index. Mount a volume here to keep them.
VOLUME /var/lib/kommunsvar
# Without the network, about a second: a question is answered. Fails when no index version is
# sound, when the encoder cannot be loaded, and in a home to which nothing was imported yet.
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s --retries=3 \
    CMD ["kommunsvar", "search", "--limit", "1", "--json", "svar"]
ENTRYPOINT ["kommunsvar"]
CMD ["--help"]
