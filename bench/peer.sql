-- The textbook: one function, one transaction, the tables that everybody writes first. What Coffer
-- is measured beside; see peer.py.
create table wallets (
    user_id text primary key, balance bigint not null check (balance >= 0),
    updated_at timestamptz not null default now());
create table transactions (
    id bigint generated always as identity primary key, reference text not null unique,
    user_id text not null references wallets, amount bigint not null check (amount > 0),
    balance_after bigint not null, created_at timestamptz not null default now());
create table postings (
    transaction_id bigint not null references transactions, account text not null,
    debit bigint not null, credit bigint not null);
create index on postings (transaction_id);
create table settlement (id integer primary key, balance bigint not null);
insert into settlement values (1, 0);

create function deposit(its_user text, its_amount bigint, its_reference text)
returns bigint language plpgsql as $$
declare
    after bigint;
    number bigint;
begin
    select balance_after into after from transactions where reference = its_reference;
    if found then return after; end if;
    insert into wallets (user_id, balance) values (its_user, its_amount)
        on conflict (user_id) do update
        set balance = wallets.balance + its_amount, updated_at = now()
        returning balance into after;
    insert into transactions (reference, user_id, amount, balance_after)
        values (its_reference, its_user, its_amount, after) returning id into number;
    insert into postings values (number, 'settlement', its_amount, 0),
                                (number, 'wallet:' || its_user, 0, its_amount);
    update settlement set balance = balance + its_amount where id = 1;
    return after;
end $$;
