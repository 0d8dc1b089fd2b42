#!/bin/bash
source /tests/checks.sh
cpu_seconds=unlimited # of a service that kv-start leaves behind

# client PROGRAM [ARG...]: Perl code that uses the functions of Client.pm. A failure ends the test.
client() {
  timeout -k 1 30 perl -I/tests -MClient -we "use strict; $1" -- "${@:2}" || exit
}

commands() {
  client '
    my ($service, $k) = (connection, unique("basic"));
    my $before = ask($service, "COUNT") =~ s/VALUE //r;
    expect("GET of a missing key", "NONE", ask($service, "GET $k"));
    expect("SET", "OK", ask($service, "SET $k one two"));
    expect("GET", "VALUE one two", ask($service, "GET $k"));
    expect("GET on another connection", "VALUE one two", ask(connection, "GET $k"));
    expect("SET again", "OK", ask($service, "SET $k three"));
    expect("GET of the new value", "VALUE three", ask($service, "GET $k"));
    expect("COUNT", "VALUE " . ($before + 1), ask($service, "COUNT"));
    expect("DEL", "OK", ask($service, "DEL $k"));
    expect("DEL again", "NONE", ask($service, "DEL $k"));
    expect("GET after DEL", "NONE", ask($service, "GET $k"));
    expect("COUNT after DEL", "VALUE $before", ask($service, "COUNT"));
    expect("QUIT", "BYE", ask($service, "QUIT"));
    expect("end of the connection after QUIT", "", join "", <$service>);
  '
}

values_keep_their_bytes() {
  client '
    my $service = connection;
    my $k = unique("bytes") . ":A-z_";
    my $every = join "", map { chr } 1 .. 9, 11 .. 255;
    for my $value ("", " ", "  two  ", "\t", "a\r", "VALUE x", "%s \\n \$x \x27\"", $every, "x" x 4096, "-" . "\xff" x 4095) {
      expect("SET", "OK", ask($service, "SET $k $value"));
      expect("GET", "VALUE $value", ask($service, "GET $k"));
    }
    my $long = "L" x 64;
    expect("SET with a key of 64 characters", "OK", ask($service, "SET $long v"));
    expect("GET with a key of 64 characters", "VALUE v", ask($service, "GET $long"));
  '
}

counters() {
  client '
    my ($service, $k) = (connection, unique("counter"));
    expect("INCR of a missing key", "VALUE 1", ask($service, "INCR $k"));
    expect("second INCR", "VALUE 2", ask($service, "INCR $k"));
    expect("GET of the counter", "VALUE 2", ask($service, "GET $k"));
    for (["-1", "0"], ["-10", "-9"], ["0", "1"], ["99", "100"], ["999999999999999", "1000000000000000"], ["-999999999999999", "-999999999999998"], ["08", "9"]) {
      my ($old, $new) = @$_;
      expect("INCR of $old", "OK VALUE $new VALUE $new", join " ", ask($service, "SET $k $old", "INCR $k", "GET $k"));
    }
    for my $value ("", "x", "1x", "1.5", "+1", " 1", "1 ", "-", "--1", "1e3", "1000000000000000", "\xd9\xa1") {
      my ($stored, $error, $kept) = ask($service, "SET $k $value", "INCR $k", "GET $k");
      expect("reply to INCR of \x27$value\x27", "ERROR", substr $error, 0, 5);
      expect("value after INCR of \x27$value\x27", "VALUE $value", $kept);
    }
  '
}

bad_requests() {
  client '
    my ($service, $k) = (connection, unique("bad"));
    my $before = ask($service, "SET $k kept", "COUNT");
    my $long = "k" x 65;
    for my $request (
      "", " ", "HELLO", "get $k", "GET", "GET ", "GET  $k", "GET $k ", "GET $k $k", " GET $k", "SET", "SET $k", "SET  $k v", "SET $long v", "SET a/b v", "SET \xc3\xa4 v",
      "SET $k " . "x" x 4097, "SET $k a\0b", "DEL", "DEL $k x", "DEL $long", "INCR", "INCR $k 2", "COUNT ", "COUNT x", "QUIT now", "Quit", "GET $k\r", "SET\t$k\tv",
    ) {
      my $reply = ask($service, $request);
      expect(sprintf("reply to \x27%.30s\x27", $request), "ERROR ", substr $reply, 0, 6);
    }
    expect("value after bad requests", "VALUE kept", ask($service, "GET $k"));
    expect("COUNT after bad requests", $before, ask($service, "COUNT"));
  '
}

pieces_and_pipelines() {
  client '
    my ($service, $k) = (connection, unique("pieces"));
    for my $piece ("SE", "T $k in pie", "ces\nGE", "T ", "$k", "\nCOU") {
      $service->syswrite($piece);
      select undef, undef, undef, 0.05;
    }
    expect("reply to SET in pieces", "OK", reply($service));
    expect("reply to GET in pieces", "VALUE in pieces", reply($service));

    my $pipeline = connection;
    my @replies = ask($pipeline, (map { ("SET $k $_", "GET $k") } 1 .. 400), "GET $k-none");
    expect("replies to a pipeline", join(" ", (map { "OK VALUE $_" } 1 .. 400), "NONE"), "@replies");

    my $half = connection;
    $half->syswrite(join("", "SET $k a\n", "INCR $k\n" x 300, "GET $k\n", "SET $k incomplete"));
    shutdown $half, 1;
    alarm 15;
    my @rest = <$half>;
    alarm 0;
    expect("number of replies after the client has stopped sending", 302, scalar @rest);
    expect("last of them", "VALUE a\n", $rest[-1]);
    expect("value after an incomplete line", "VALUE a", ask(connection, "GET $k"));
  '
}

many_clients() {
  client '
    my $k = unique("many");
    my @idle = map { connection } 1 .. 40;
    $_->syswrite("SET $k-idle incompl") for @idle[0 .. 19];
    my @clients = map { connection } 1 .. 60;
    for my $round (1 .. 20) {
      $_->syswrite("INCR $k\n") for @clients;
      reply($_) for @clients;
    }
    expect("counter after 1200 increments", "VALUE 1200", ask($clients[-1], "GET $k"));
    expect("reply to a client that was idle", "VALUE 1200", ask($idle[-1], "GET $k"));
    $idle[0]->syswrite("ete\n");
    expect("reply to a request that was completed late", "OK", reply($idle[0]));
    expect("its value", "VALUE incomplete", ask($clients[0], "GET $k-idle"));
  '
}

slow_reader() {
  client '
    my ($slow, $k) = (connection, unique("slow"));
    my $value = "v" x 4096;
    expect("SET", "OK", ask($slow, "SET $k $value"));
    $slow->syswrite("GET $k\n" x 3000);
    my $other = connection;
    for my $i (1 .. 100) {
      expect("GET by another client", "VALUE $value", ask($other, "GET $k"));
    }
    for my $i (1 .. 3000) {
      expect("reply $i to the slow client", "VALUE $value", reply($slow));
    }
  '
}

disconnects() {
  client '
    my $k = unique("gone");
    ask(connection, "SET $k " . "g" x 4000);
    for my $i (1 .. 60) {
      my $client = connection;
      $client->syswrite("GET $k\n" x $i . "GET");
      $i % 2 ? reset_connection($client) : close $client;
    }
    expect("reply after 60 clients have gone", "NONE", ask(connection, "GET $k-none"));
  '
}

start_while_running() {
  local pid
  pid=$(cat /app/kv.pid)
  if [[ ! $pid =~ ^[1-9][0-9]*$ ]] || ! kill -0 "$pid"; then
    expect '/app/kv.pid' 'the id of a running process' "$pid"
  fi
  client 'ask(connection, "SET start-while-running yes")'
  run /app/kv-start
  expect 'exit status of kv-start' 0 "$status"
  expect '/app/kv.pid after kv-start' "$pid" "$(cat /app/kv.pid)"
  client 'expect("GET after kv-start", "VALUE yes", ask(connection, "GET start-while-running"))'
}

# Kills the service right after replies, twice, with connections open, and expects all acknowledged changes back.
survives_kill() {
  local token=$RANDOM$RANDOM round
  for round in 1 2; do
    client '
      my ($token, $round) = @ARGV;
      my ($service, $open) = (connection, connection);
      ask($open, "GET x");
      ask($service, "SET k$token:count 0", "SET k$token:gone x") if $round == 1;
      my @replies = ask($service,
        (map { ("SET k$token:$round:$_ value  of $_ ", "INCR k$token:count") } 1 .. 200), "SET k$token:bytes \t\xff\r", "DEL k$token:gone");
      open my $file, "<", "/app/kv.pid" or die "kv.pid: $!";
      my $pid = <$file>;
      chomp $pid;
      expect("/app/kv.pid", 1, $pid =~ /\A[1-9][0-9]*\z/ ? 1 : 0);
      kill "KILL", $pid;
      for (1 .. 40) {
        last unless IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 7411);
        select undef, undef, undef, 0.05;
      }
      expect("port after SIGKILL", "free", IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 7411) ? "in use" : "free");
    ' "$token" "$round"
    run /app/kv-start
    expect 'exit status of kv-start' 0 "$status"
    client '
      my ($token, $round) = @ARGV;
      my $service = connection;
      expect("counter", "VALUE " . 200 * $round, ask($service, "GET k$token:count"));
      for my $r (1 .. $round) {
        expect("key $r:$_", "VALUE value  of $_ ", ask($service, "GET k$token:$r:$_")) for 1 .. 200;
      }
      expect("bytes", "VALUE \t\xff\r", ask($service, "GET k$token:bytes"));
      expect("deleted key", "NONE", ask($service, "GET k$token:gone"));
    ' "$token" "$round"
  done
}

check 'the commands do what they say' commands
check 'values keep their bytes' values_keep_their_bytes
check 'INCR counts integers only' counters
check 'bad requests get ERROR and change nothing' bad_requests
check 'requests in pieces, pipelines and half-closed connections' pieces_and_pipelines
check '100 clients at once, 40 of them idle' many_clients
check 'a client that does not read its replies' slow_reader
check 'clients that disconnect abruptly' disconnects
check 'kv-start while the service runs' start_while_running
check 'acknowledged changes survive SIGKILL' survives_kill
finish
