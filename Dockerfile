# The service on SQLite: docker run -p 8000:8000 -v nabla:/data nabla
# With exercises of one's own beside those of the lecture: -v ./mine:/exercises:ro
FROM python:3.13-slim

RUN useradd --create-home --uid 1000 nabla \
 && install --directory --owner nabla /data /exercises
WORKDIR /nabla
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY exercises exercises
COPY migrations migrations
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable .

USER nabla
ENV NABLA_HOST=0.0.0.0 NABLA_PORT=8000 NABLA_DATA_DIR=/data NABLA_EXERCISES=/exercises OPENBLAS_NUM_THREADS=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=15s CMD ["nabla", "health"]
CMD ["nabla", "serve"]
