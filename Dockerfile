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
# What reads doc and rtf (LibreOffice), and scanned PDF with the Swedish words (OCRmyPDF): half a
# gigabyte. An image without, which refuses such documents: docker build --build-arg READERS=no .
ARG READERS=yes
# No versions: Debian keeps only the newest of a release, with its security fixes.
# hadolint ignore=DL3008
RUN if [ "$READERS" = yes ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends \
            libreoffice-writer-nogui ocrmypdf tesseract-ocr-swe \
        && rm -rf /var/lib/apt/lists/*; \
    fi
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
