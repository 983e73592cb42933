-- HAProxy's way to Corsac: the action lua.corsac asks it about a request.
--
--   lua-load-per-thread /usr/share/corsac/haproxy/corsac.lua
--   http-request lua.corsac 127.0.0.1:8479
--
-- where that address is a `listen` section in front of Corsac; docs/gateways.md
-- has the whole configuration, and why. HAProxy 2.6 or later. The action changes
-- nothing by itself; it sets variables of the transaction:
--
--   txn.cors_status       200: go on; 4xx: refuse; 0: Corsac said nothing
--   txn.cors_decision     allow, deny, none; not set if Corsac said nothing
--   txn.cors_code         why, such as allow:exact; for the log
--   txn.cors_rule         id of the route; for the log
--   txn.cors_origin, txn.cors_credentials, txn.cors_expose, txn.cors_timing,
--   txn.cors_vary         values of lines to set; not set: no such line
--
-- The thread goes on with other requests while one waits, and core.httpclient
-- keeps its connections. Tested by tests/gateways/.

-- Only a backstop: the section's own timeouts are shorter.
local TIMEOUT_MS = 5000
local PATH = "/v1/authz/forward-auth"

-- What a decision may depend on. Nothing else of the request leaves HAProxy.
local ASKED = {
  "origin",
  "upgrade",
  "sec-fetch-site",
  "access-control-request-method",
  "access-control-request-headers",
  "access-control-request-private-network",
}

-- Lines of an answer, and the variables that hold their values.
local TOLD = {
  ["access-control-allow-origin"] = "txn.cors_origin",
  ["access-control-allow-credentials"] = "txn.cors_credentials",
  ["access-control-expose-headers"] = "txn.cors_expose",
  ["timing-allow-origin"] = "txn.cors_timing",
  ["vary"] = "txn.cors_vary",
  ["x-cors-code"] = "txn.cors_code",
  ["x-cors-rule"] = "txn.cors_rule",
}

-- All lines of one name; HAProxy counts them from 0.
local function copy(lines)
  local values = {}
  local i = 0
  while lines and lines[i] do
    values[#values + 1] = lines[i]
    i = i + 1
  end
  return values
end

local function question(txn)
  local lines = txn.http:req_get_headers()
  local asked = {
    ["host"] = { "corsac" },
    ["x-forwarded-method"] = { txn.f:method() },
    -- As it came, not decoded. `OPTIONS *` has no path.
    ["x-forwarded-uri"] = { txn.f:pathq() or "*" },
    ["x-forwarded-host"] = { lines["host"] and lines["host"][0] or "" },
  }
  for _, name in ipairs(ASKED) do
    local values = copy(lines[name])
    if #values > 0 then
      asked[name] = values
    end
  end
  return asked
end

-- Corsac's answer, or nil. A connection that fails is no error of Lua's: it
-- looks like an answer with status 503.
local function ask(address, headers)
  local done, answer = pcall(function()
    return core.httpclient():get({
      url = "http://corsac" .. PATH,
      dst = address,
      headers = headers,
      timeout = TIMEOUT_MS,
    })
  end)
  if done and type(answer) == "table" then
    return answer
  end
  return nil
end

core.register_action("corsac", { "http-req" }, function(txn, address)
  txn:set_var("txn.cors_status", 0)
  local answer = ask(address, question(txn))
  local status = answer and tonumber(answer.status) or 0
  local headers = answer and answer.headers or {}
  local decision = headers["x-cors-decision"]
  if status >= 400 and status <= 499 then
    txn:set_var("txn.cors_status", status)
  elseif status == 200 and decision then
    txn:set_var("txn.cors_status", 200)
  else
    return
  end
  if decision then
    txn:set_var("txn.cors_decision", decision[0])
  end
  for name, variable in pairs(TOLD) do
    if headers[name] and headers[name][0] ~= "" then
      txn:set_var(variable, headers[name][0])
    end
  end
end, 1)
