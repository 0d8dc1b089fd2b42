#!/bin/bash
# Wrong: waits for a client that does not read its replies, and keeps everything in memory only.
set -euo pipefail

cat > /app/kv-server <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

$SIG{PIPE} = 'IGNORE';
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 7411, Listen => 256, ReuseAddr => 1) or die "listen: $!\n";
open my $pid_file, '>', '/app/kv.pid' or die "kv.pid: $!\n";
print $pid_file "$$\n";
close $pid_file;

my (%store, %input);
my $sockets = IO::Select->new($listener);
while (1) {
    for my $socket ($sockets->can_read) {
        if ($socket == $listener) {
            my $client = $listener->accept or next;
            $client->autoflush(1);
            $sockets->add($client);
            $input{$client} = '';
        }
        else {
            serve($socket);
        }
    }
}

sub serve {
    my ($client) = @_;
    my $open = sysread $client, $input{$client}, 65536, length $input{$client};
    while ($open && $input{$client} =~ s/\A(.*)\n//) {
        my $reply = reply($1);
        print $client "$reply\n";
        $open = 0 if $reply eq 'BYE';
    }
    return if $open;
    $sockets->remove($client);
    delete $input{$client};
    close $client;
}

sub reply {
    my ($request) = @_;
    my $key = qr/[A-Za-z0-9._:-]{1,64}/;
    if ($request =~ /\ASET ($key) ([^\0]{0,4096})\z/) {
        $store{$1} = $2;
        return 'OK';
    }
    return exists $store{$1} ? "VALUE $store{$1}" : 'NONE' if $request =~ /\AGET ($key)\z/;
    return defined delete $store{$1} ? 'OK' : 'NONE' if $request =~ /\ADEL ($key)\z/;
    if ($request =~ /\AINCR ($key)\z/) {
        my ($name, $value) = ($1, $store{$1} // 0);
        return $value =~ /\A-?[0-9]{1,15}\z/ ? 'VALUE ' . ($store{$name} = $value + 1) : 'ERROR not an integer';
    }
    return 'VALUE ' . keys %store if $request eq 'COUNT';
    return 'BYE' if $request eq 'QUIT';
    return 'ERROR bad request';
}
PROGRAM

cat > /app/kv-start <<'PROGRAM'
#!/bin/bash
running() { (exec 3<> /dev/tcp/127.0.0.1/7411) 2> /dev/null; }

running && exit 0
nohup setsid /app/kv-server < /dev/null > /dev/null 2>&1 &
for ((i = 0; i < 100; i++)); do
  running && exit 0
  sleep 0.05
done
exit 1
PROGRAM

chmod 0755 /app/kv-server /app/kv-start
/app/kv-start
