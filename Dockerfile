# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/rapporteur
ENV PATH=/opt/rapporteur/bin:$PATH

# The large and slow layers first: torch as a CPU build, at the version that is pinned; then everything else, each
# file compared with its checksum.
COPY constraints.txt requirements.lock ./
RUN pip install --constraint constraints.txt --no-deps --only-binary :all: \
      --index-url https://download.pytorch.org/whl/cpu torch \
 && pip install --require-hashes --no-deps --only-binary :all: --requirement requirements.lock
COPY pyproject.toml README.md LICENSE rapporteur.py ./
COPY ingest ingest
COPY index index
COPY service service
COPY eval eval
RUN pip install --no-deps --no-build-isolation . \
 && pip check \
 && rapporteur --data /srv/rapporteur ingest ingest/sample

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /srv/rapporteur rapporteur
COPY --from=build /opt/rapporteur /opt/rapporteur
COPY --from=build --chown=rapporteur /srv/rapporteur /srv/rapporteur
ENV PATH=/opt/rapporteur/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    RAPPORTEUR_DATA=/srv/rapporteur \
    RAPPORTEUR_HOST=0.0.0.0
USER rapporteur
EXPOSE 8000
VOLUME /srv/rapporteur
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["rapporteur", "serve"]
