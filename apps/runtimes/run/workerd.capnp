using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = .suite),
    (name = "crossRequest", worker = .crossRequest),
    (name = "upstream", worker = .upstream),
  ],
  sockets = [
    (name = "suite", address = "127.0.0.1:0", http = (), service = "suite"),
    (name = "crossRequest", address = "127.0.0.1:0", http = (), service = "crossRequest"),
  ],
);

const suite :Workerd.Worker = (
  modules = [ (name = "suite.js", esModule = embed "../dist/fetch-module.js") ],
  compatibilityDate = "2026-07-30",
);

const crossRequest :Workerd.Worker = (
  modules = [ (name = "cross-request.js", esModule = embed "../dist/cross-request.js") ],
  bindings = [ (name = "upstream", service = "upstream") ],
  compatibilityDate = "2026-07-30",
);

const upstream :Workerd.Worker = (
  modules = [ (name = "upstream.js", esModule = embed "../dist/upstream.js") ],
  compatibilityDate = "2026-07-30",
);
