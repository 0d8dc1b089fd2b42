#!/bin/bash
set -euo pipefail

cat > /app/kv-server <<'PROGRAM'
#!/usr/bin/perl
# One process with one select loop. Every change goes to an append-only journal before its reply is queued.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

use constant {
    JOURNAL    => '/app/kv.journal',
    PID_FILE   => '/app/kv.pid',
    CHUNK      => 65536,
    MAX_QUEUED => 262144, # a client with more unread replies than this has to read first
};
my $KEY = qr/[A-Za-z0-9._:-]{1,64}/;

$SIG{PIPE} = 'IGNORE';
my $listener = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1', LocalPort => 7411, Proto => 'tcp', Listen => 256, ReuseAddr => 1, Blocking => 0,
) or die "listen: $!\n";
my %store = load_journal();
my $journal = compact_journal();
replace_file(PID_FILE, "$$\n");

my %clients; # by file number: { socket, in, out, done }
while (1) {
    my @readable = grep { !$_->{done} && length $_->{out} < MAX_QUEUED } values %clients;
    my @writable = grep { length $_->{out} } values %clients;
    my ($readers, $writers) = IO::Select->select(
        IO::Select->new($listener, map { $_->{socket} } @readable),
        IO::Select->new(map { $_->{socket} } @writable),
    );
    for my $socket (@{ $writers || [] }) {
        send_replies($clients{ fileno $socket });
    }
    for my $socket (@{ $readers || [] }) {
        if ($socket == $listener) {
            accept_client();
        }
        elsif (my $client = $clients{ fileno($socket) // -1 }) {
            receive($client);
        }
    }
}

sub accept_client {
    my $socket = $listener->accept or return;
    $socket->blocking(0);
    $clients{ fileno $socket } = { socket => $socket, in => '', out => '', done => 0 };
}

sub receive {
    my ($client) = @_;
    my $count = sysread $client->{socket}, $client->{in}, CHUNK, length $client->{in};
    if (!defined $count) {
        drop($client) unless $!{EAGAIN} || $!{EINTR};
        return;
    }
    $client->{done} = 1 if $count == 0;
    answer($client);
    send_replies($client);
}

sub send_replies {
    my ($client) = @_;
    while (length $client->{out}) {
        my $count = syswrite $client->{socket}, $client->{out};
        if (!defined $count) {
            drop($client) unless $!{EAGAIN} || $!{EINTR};
            return;
        }
        substr $client->{out}, 0, $count, '';
        answer($client);
    }
    drop($client) if $client->{done};
}

sub answer {
    my ($client) = @_;
    while (length $client->{out} < MAX_QUEUED && $client->{in} =~ s/\A([^\n]*)\n//) {
        my $reply = reply($1);
        $client->{out} .= "$reply\n";
        if ($reply eq 'BYE') {
            $client->{done} = 1;
            $client->{in} = '';
        }
    }
}

sub drop {
    my ($client) = @_;
    delete $clients{ fileno $client->{socket} };
    close $client->{socket};
}

sub reply {
    my ($request) = @_;
    if ($request =~ /\ASET ($KEY) ([^\0]{0,4096})\z/s) {
        change($1, $2);
        return 'OK';
    }
    if ($request =~ /\AGET ($KEY)\z/) {
        return exists $store{$1} ? "VALUE $store{$1}" : 'NONE';
    }
    if ($request =~ /\ADEL ($KEY)\z/) {
        return 'NONE' unless exists $store{$1};
        change($1);
        return 'OK';
    }
    if ($request =~ /\AINCR ($KEY)\z/) {
        my $key = $1;
        my $value = $store{$key} // 0;
        return 'ERROR the value is not an integer' unless $value =~ /\A-?[0-9]{1,15}\z/;
        change($key, $value + 1);
        return "VALUE $store{$key}";
    }
    return 'VALUE ' . keys %store if $request eq 'COUNT';
    return 'BYE' if $request eq 'QUIT';
    return 'ERROR no such request';
}

# Without a value, the key is removed.
sub change {
    my ($key, $value) = @_;
    my $record = defined $value ? "SET $key $value\n" : "DEL $key\n";
    my $count = syswrite $journal, $record;
    die "journal: $!\n" unless defined $count && $count == length $record;
    if (defined $value) {
        $store{$key} = $value;
    }
    else {
        delete $store{$key};
    }
}

sub load_journal {
    my %loaded;
    open my $file, '<', JOURNAL or return;
    while (my $record = <$file>) {
        last unless $record =~ s/\n\z//; # the last write was cut short, so its reply was never sent
        if ($record =~ /\ASET (\S+) (.*)\z/s) {
            $loaded{$1} = $2;
        }
        elsif ($record =~ /\ADEL (\S+)\z/) {
            delete $loaded{$1};
        }
    }
    return %loaded;
}

sub compact_journal {
    replace_file(JOURNAL, join '', map { "SET $_ $store{$_}\n" } keys %store);
    open my $file, '>>', JOURNAL or die "journal: $!\n";
    return $file;
}

sub replace_file {
    my ($name, $content) = @_;
    open my $file, '>', "$name.new" or die "$name.new: $!\n";
    print {$file} $content;
    close $file or die "$name.new: $!\n";
    rename "$name.new", $name or die "$name: $!\n";
}
PROGRAM

cat > /app/kv-start <<'PROGRAM'
#!/bin/bash
running() { (exec 3<> /dev/tcp/127.0.0.1/7411) 2> /dev/null; }

running && exit 0
setsid /app/kv-server < /dev/null > /app/kv.log 2>&1 &
for ((i = 0; i < 100; i++)); do
  running && exit 0
  sleep 0.05
done
echo 'kv-start: the service does not accept connections, see /app/kv.log' >&2
exit 1
PROGRAM

chmod 0755 /app/kv-server /app/kv-start
/app/kv-start
