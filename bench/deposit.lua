-- What wrk sends. Arguments: token, a name for the run, how many users, and which load:
--   uniform  deposits of random users, each with a reference that was never used before (default)
--   hot      the same, all of one user
--   repeats  every other request is one of this run's earlier ones again, at random
--   refused  withdrawals of more than anybody has
local threads = 0

function setup(thread)
   thread:set("thread_number", threads)
   threads = threads + 1
end

function init(args)
   token, run, users, load = args[1], args[2], tonumber(args[3]), args[4] or "uniform"
   math.randomseed(os.time() * 31 + thread_number)
   count = 0
   sent = {} -- the users of the deposits so far, by number
   headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
end

local function post(user, verb, amount, number)
   return wrk.format("POST", "/wallets/usr_" .. user .. "/" .. verb, headers,
      '{"amount":"' .. amount .. '","description":"bench","reference_id":"' .. run .. "-" ..
      thread_number .. "-" .. number .. '"}')
end

function request()
   count = count + 1
   if load == "hot" then return post("hot", "deposit", "10.00", count) end
   if load == "refused" then
      return post(math.random(users), "withdraw", "1000000000000.00", count)
   end
   if load == "repeats" then
      -- Not one of the newest: those may not have been answered yet.
      if count % 2 == 0 and #sent > 500 then
         local number = math.random(#sent - 500)
         return post(sent[number], "deposit", "10.00", number)
      end
      local user = math.random(users)
      table.insert(sent, user)
      return post(user, "deposit", "10.00", #sent)
   end
   return post(math.random(users), "deposit", "10.00", count)
end

function done(summary, latency, requests)
   io.write(string.format(
      '\nRESULT {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"max_us":%d,"errors":%d,' ..
      '"refused":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      latency.max, summary.errors.status + summary.errors.read + summary.errors.write +
      summary.errors.connect + summary.errors.timeout, summary.errors.status))
end
