#!/bin/bash
set -euo pipefail

cat > /app/report <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my ($log_dir, $output_dir) = @ARGV;
die "usage: report LOG_DIR OUTPUT_DIR\n" unless defined $output_dir;

my ($requests, $skipped) = read_requests(log_files($log_dir));
-d $output_dir or system('mkdir', '-p', '--', $output_dir) == 0 or exit 1;
write_file("$output_dir/routes.tsv", route_lines($requests));
write_file("$output_dir/incident.txt", incident_lines($requests, $skipped));

sub log_files {
    my ($directory) = @_;
    opendir my $handle, $directory or die "report: $directory: $!\n";
    return grep { -f } map { "$directory/$_" } grep { /\.access(?:\.[0-9]+)?\z/ } readdir $handle;
}

sub read_requests {
    my ($skipped, %latest) = (0);
    for my $file (@_) {
        open my $handle, '<', $file or die "report: $file: $!\n";
        while (my $line = <$handle>) {
            chomp $line;
            my $attempt = parse($line);
            if (!$attempt) {
                $skipped++;
                next;
            }
            my $known = $latest{ $attempt->{rid} };
            $latest{ $attempt->{rid} } = $attempt if !$known || $attempt->{instant} > $known->{instant};
        }
    }
    return [values %latest], $skipped;
}

sub parse {
    my ($line) = @_;
    $line =~ m{
        \A([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})([+-])([0-9]{2}):([0-9]{2})
        [ ][a-z0-9-]+[ ]rid=([0-9a-f]+)[ ]([A-Z]+)[ ](/[^ ]*)[ ]([0-9]{3})[ ]([0-9]+)ms\z
    }x or return;
    my $offset = ($9 * 60 + $10) * ($8 eq '+' ? 60 : -60);
    my $seconds = days($1, $2, $3) * 86400 + $4 * 3600 + $5 * 60 + $6 - $offset;
    return {
        rid     => $11,
        instant => $seconds * 1000 + $7,
        window  => $seconds - $seconds % 300,
        error   => $14 >= 500 ? 1 : 0,
        latency => $15 + 0,
        route   => "$12 " . path($13),
    };
}

# Days since 1970-01-01 in the Gregorian calendar; the year is taken to start in March.
sub days {
    my ($year, $month, $day) = @_;
    ($year, $month) = $month > 2 ? ($year, $month - 3) : ($year - 1, $month + 9);
    return 365 * $year + int($year / 4) - int($year / 100) + int($year / 400) + int((153 * $month + 2) / 5) + $day - 719469;
}

sub path {
    my ($path) = @_;
    $path =~ s/\?.*//s;
    $path =~ s{(?<=/)[0-9]+(?=/|\z)}{:id}g;
    $path =~ s{(?<=.)/\z}{};
    return $path;
}

sub route_lines {
    my ($requests) = @_;
    my (%latencies, %errors);
    for my $request (@$requests) {
        push @{ $latencies{ $request->{route} } }, $request->{latency};
        $errors{ $request->{route} } += $request->{error};
    }
    my @routes = sort { $errors{$b} <=> $errors{$a} || @{ $latencies{$b} } <=> @{ $latencies{$a} } || $a cmp $b } keys %latencies;
    my @lines = map {
        my @sorted = sort { $a <=> $b } @{ $latencies{$_} };
        join "\t", $_, scalar @sorted, $errors{$_}, percentile(50, @sorted), percentile(95, @sorted), $sorted[-1];
    } @routes;
    return ("route\trequests\terrors\tp50\tp95\tmax", @lines);
}

sub percentile {
    my ($p, @sorted) = @_;
    return $sorted[int(($p * @sorted + 99) / 100) - 1];
}

sub incident_lines {
    my ($requests, $skipped) = @_;
    my %errors;
    $errors{ $_->{window} }{ $_->{route} }++ for grep { $_->{error} } @$requests;
    my %total;
    for my $window (keys %errors) {
        $total{$window} += $_ for values %{ $errors{$window} };
    }
    my ($worst) = sort { $total{$b} <=> $total{$a} || $a <=> $b } keys %total;
    my $routes = defined $worst ? $errors{$worst} : {};
    my ($route) = sort { $routes->{$b} <=> $routes->{$a} || $a cmp $b } keys %$routes;
    return (
        'requests: ' . @$requests,
        "skipped: $skipped",
        'window: ' . (defined $worst ? utc($worst) : '-'),
        'window_errors: ' . (defined $worst ? $total{$worst} : 0),
        'worst_route: ' . ($route // '-'),
    );
}

sub utc {
    my ($second, $minute, $hour, $day, $month, $year) = gmtime shift;
    return sprintf '%04d-%02d-%02dT%02d:%02d:%02dZ', $year + 1900, $month + 1, $day, $hour, $minute, $second;
}

sub write_file {
    my ($file, @lines) = @_;
    open my $handle, '>', $file or die "report: $file: $!\n";
    print {$handle} map { "$_\n" } @lines;
    close $handle or die "report: $file: $!\n";
}
PROGRAM
chmod 0755 /app/report

/app/report /app/traffic /app/report.d
