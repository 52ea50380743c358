# syntax=docker/dockerfile:1
# The service with all that it uses: .NET, Node for scripts, libduckdb (published with it) and libxgboost.

FROM node:20-bookworm-slim AS npm
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY --from=npm /src/node_modules node_modules
COPY . .
RUN dotnet restore src/Host --locked-mode && dotnet publish src/Host -c Release --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS runtime

# Debian, as that is where libxgboost0 is tested; .NET runs there as it is.
FROM node:20-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libicu72 libssl3 libxgboost0 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home dag \
    && install -d -o dag -g dag /data
COPY --from=runtime /usr/share/dotnet /usr/share/dotnet
COPY --from=build /app /app
ENV DOTNET_ROOT=/usr/share/dotnet DOTNET_EnableDiagnostics=0 HOME=/tmp
USER dag
WORKDIR /data
VOLUME /data
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:5000/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Off the loopback interface the service refuses to start without DAG_API_KEY.
ENTRYPOINT ["/usr/share/dotnet/dotnet", "/app/Dag.Host.dll"]
CMD ["serve", "--urls", "http://0.0.0.0:5000", "--data", "/data"]
