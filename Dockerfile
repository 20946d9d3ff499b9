# The finder and the indexer in one image: `docker build --tag expertise-finder .`
# docs/operations.md says how to run it; compose.yaml does.

FROM python:3.11-slim-bookworm AS build

# PyTorch's own index has the build without GPU libraries: a tenth of the size. Everything else comes from the default index.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build

# Without pip inside: nothing can be installed into the finished image.
RUN python -m venv --without-pip /opt/finder
COPY pyproject.toml constraints.txt ./
# The dependencies stand in a layer of their own, so that a change of the code does not download them again.
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > requirements.txt \
    && pip --python /opt/finder/bin/python install --no-deps --index-url "$TORCH_INDEX" --constraint constraints.txt torch \
    && pip --python /opt/finder/bin/python install --constraint constraints.txt --requirement requirements.txt
COPY README.md LICENSE ./
COPY models models
COPY indexer indexer
COPY finder finder
RUN pip --python /opt/finder/bin/python install --no-deps .


FROM python:3.11-slim-bookworm

# git is what the indexer reads repositories with. Debian keeps one version of it in a release, with its security fixes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 finder \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/finder --no-create-home --shell /usr/sbin/nologin finder \
    && install --directory --owner 10001 --group 10001 --mode 0750 /var/lib/finder
COPY --from=build /opt/finder /opt/finder

# All state lives in the volume; /tmp takes what may be lost. Nothing else is written, so the root file system can be read-only.
ENV PATH=/opt/finder/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FINDER_HOME=/var/lib/finder \
    FINDER_METRICS_DIR=/tmp/metrics \
    HF_HOME=/tmp/huggingface \
    ORT_DISABLE_TELEMETRY=1
VOLUME /var/lib/finder
WORKDIR /var/lib/finder
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]

CMD ["finder", "serve", "--host", "0.0.0.0", "--port", "8000"]
