-- Deposits of random users out of 100,000, each with a reference that was never used before.
-- Arguments: token, a name for the run, how many users.
local threads = 0

function setup(thread)
   thread:set("thread_number", threads)
   threads = threads + 1
end

function init(args)
   token, run, users = args[1], args[2], tonumber(args[3])
   math.randomseed(os.time() * 31 + thread_number)
   count = 0
   headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
end

function request()
   count = count + 1
   return wrk.format("POST", "/wallets/usr_" .. math.random(users) .. "/deposit", headers,
      '{"amount":"10.00","description":"bench","reference_id":"' .. run .. "-" .. thread_number ..
      "-" .. count .. '"}')
end

function done(summary, latency, requests)
   io.write(string.format(
      '\nRESULT {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,"errors":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      latency.max, summary.errors.status + summary.errors.read + summary.errors.write +
      summary.errors.connect + summary.errors.timeout))
end
