FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/proprocessor && /opt/proprocessor/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY analyzer analyzer
COPY console console
COPY fetcher fetcher
COPY parser parser
COPY reporter reporter
COPY shared shared
RUN /opt/proprocessor/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data proprocessor && install -d -o proprocessor /data /published
COPY --from=build /opt/proprocessor /opt/proprocessor
ENV PATH=/opt/proprocessor/bin:$PATH PROPROCESSOR_DATA=/data PROPROCESSOR_PUBLISH=/published PROPROCESSOR_LOG=json
USER proprocessor
VOLUME ["/data", "/published"]
ENTRYPOINT ["proprocessor"]
CMD ["run"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["proprocessor", "healthcheck", "reporter"]
