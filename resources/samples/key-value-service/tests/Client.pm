# A client of the service for the tests. Whatever goes wrong is printed and ends the process with status 1.
package Client;
use strict;
use warnings;
use Exporter 'import';
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER);

our @EXPORT = qw(connection ask reply reset_connection expect unique);

$SIG{PIPE} = 'IGNORE';
$SIG{ALRM} = sub { fail('no reply within 3 seconds') };

sub connection {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => 7411, Proto => 'tcp', Timeout => 3);
    return $socket || fail("no connection to 127.0.0.1:7411: $!");
}

# Sends the requests in one piece and returns their replies.
sub ask {
    my ($socket, @requests) = @_;
    $socket->syswrite(join '', map { "$_\n" } @requests);
    my @replies = map { reply($socket) } @requests;
    return wantarray ? @replies : $replies[-1];
}

sub reply {
    my ($socket) = @_;
    alarm 15;
    my $line = <$socket>;
    alarm 0;
    return fail('the connection is closed instead of a reply') unless defined $line;
    fail("a reply without line end: '$line'") unless $line =~ s/\n\z//;
    return $line;
}

# Closes without the usual farewell: the service gets a reset.
sub reset_connection {
    my ($socket) = @_;
    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0;
    close $socket;
}

sub expect {
    my ($what, $expected, $actual) = @_;
    return if $expected eq $actual;
    fail(sprintf "%s:\n  expected '%.300s'\n  actual   '%.300s'", $what, $expected, $actual);
}

# A key that no earlier run has used.
my $keys = 0;
sub unique { return join '.', shift, $$, time, $keys++ }

sub fail {
    print "@_\n";
    exit 1;
}

1;
