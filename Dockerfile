# Two stages: the first makes /opt/ketenpoort, the second has Python and that directory only.
# Run it with a read-only root file system: docker run --read-only -v ketenpoort:/data ...
FROM debian:bookworm-slim AS build
COPY . /source
RUN /source/deploy/image-build

FROM debian:bookworm-slim
RUN --mount=type=bind,source=deploy/image-run,target=/image-run /image-run
COPY --from=build /opt/ketenpoort /opt/ketenpoort

ENV KETENPOORT_DATA_DIR=/data
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["/opt/ketenpoort/.venv/bin/python", "-c", "from http.client import HTTPConnection; gateway = HTTPConnection('127.0.0.1', 8080, timeout=4); gateway.request('GET', '/healthz'); raise SystemExit(gateway.getresponse().status != 200)"]
ENTRYPOINT ["/opt/ketenpoort/.venv/bin/ketenpoort"]
CMD ["serve", "--host", "0.0.0.0"]
