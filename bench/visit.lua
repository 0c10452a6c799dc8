-- What wrk sends for bench.visit: each request another browser that opens a page from an
-- advertisement. Arguments: the site's key. Prints one line of JSON when done.
local systems = {
  "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
  "Linux; Android 10; K", "Linux; Android 13; SM-A546B", "Linux; Android 14; Pixel 8",
  "Linux; Android 12; M2101K6G", "Linux; Android 13; RMX3511",
}
local sources = {
  "utm_source=google&utm_medium=cpc&utm_campaign=autumn&gclid=Cj0KCQiA", "utm_source=newsletter",
  "utm_source=yandex&utm_medium=cpc&utm_campaign=tyres&utm_term=winter+tyres&yclid=17", "",
}
local referrers = { "https://www.google.com/", "https://yandex.ru/", "" }
local key, sent = "", 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  key = args[1]
  others, overflows = 0, 0
  math.randomseed(os.time() * 1000 + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000)
end

local function agent()
  local system, draw = systems[math.random(#systems)], math.random(10)
  if draw <= 6 then
    return ("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36")
      :format(system, math.random(118, 142))
  elseif draw <= 8 then
    return ("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X) AppleWebKit/605.1.15 "
      .. "(KHTML, like Gecko) Version/%d.0 Mobile/15E148 Safari/604.1")
      :format(math.random(15, 18), math.random(0, 6), math.random(15, 18))
  end
  return ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0")
    :format(math.random(115, 140), math.random(115, 140))
end

local function uuid()
  local r = math.random
  return ("%04x%04x-%04x-4%03x-a%03x-%04x%04x%04x"):format(r(0, 65535), r(0, 65535), r(0, 65535),
    r(0, 4095), r(0, 4095), r(0, 65535), r(0, 65535), r(0, 65535))
end

function request()
  sent = sent + 1
  local now, network = os.time() * 1000, math.random(77, 95)
  local body = ('{"event_id":"%s","visitor":"%s","site":"%s","at":%d,"sent_at":%d,'
    .. '"url":"https://shop.example/page/%d?%s","referrer":"%s","title":"Tyres and wheels",'
    .. '"screen":[1920,1080],"language":"en-GB","timezone":"Europe/London",'
    .. '"client_ids":{"ga":"GA1.1.%d.%d"},"consent":{"state":"granted"}}')
    :format(uuid(), uuid(), key, now, now, math.random(40), sources[math.random(#sources)],
      referrers[math.random(#referrers)], sent, now)
  return wrk.format("POST", "/v1/visit", {
    ["Content-Type"] = "text/plain;charset=UTF-8",
    ["Origin"] = "https://shop.example",
    ["User-Agent"] = agent(),
    ["X-Forwarded-For"] = ("%d.%d.%d.%d"):format(network, math.random(0, 255),
      math.random(0, 255), math.random(1, 254)),
  }, body)
end

function response(status, _, body)
  if status ~= 200 then
    others = others + 1
  elseif body:find('"overflow":true', 1, true) then
    overflows = overflows + 1
  end
end

function done(summary, latency, _)
  local all, over = 0, 0
  for _, thread in ipairs(threads) do
    all, over = all + thread:get("others"), over + thread:get("overflows")
  end
  local errors = summary.errors
  io.write(('\n{"requests":%d,"seconds":%.6f,"p50":%.1f,"p99":%.1f,"refused":%d,"overflows":%d}\n')
    :format(summary.requests, summary.duration / 1e6, latency:percentile(50),
      latency:percentile(99),
      all + errors.connect + errors.read + errors.write + errors.timeout, over))
end
