#!/bin/bash
# Wrong: compares and groups the local times as they are written, without the offset from UTC.
set -euo pipefail

cat > /app/report <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my ($in, $out) = @ARGV;
mkdir $out unless -d $out;

my ($skipped, %attempt, %latencies, %errors, %window) = (0);
for my $file (grep { -f && /\.access(\.\d+)?$/ } glob "$in/*") {
    open my $log, '<', $file or die "$file: $!\n";
    while (my $line = <$log>) {
        if ($line !~ m{^(\d{4}-\d\d-\d\dT\d\d:)(\d\d)(:\d\d\.\d{3})[+-]\d\d:\d\d [a-z0-9-]+ rid=([0-9a-f]+) ([A-Z]+) (/[^ ]*) (\d{3}) (\d+)ms$}) {
            $skipped++;
            next;
        }
        my ($time, $window, $rid, $method, $path, $status, $latency) = ("$1$2$3", sprintf('%s%02d:00Z', $1, $2 - $2 % 5), $4, $5, $6, $7, $8);
        $path =~ s/\?.*//;
        $path =~ s{/\d+(?=/|$)}{/:id}g;
        $path =~ s{(.)/$}{$1};
        next if $attempt{$rid} && $attempt{$rid}[0] gt $time;
        $attempt{$rid} = [$time, $window, "$method $path", $status, $latency + 0];
    }
}

for (values %attempt) {
    my (undef, $window, $route, $status, $latency) = @$_;
    push @{ $latencies{$route} }, $latency;
    $errors{$route} += $status >= 500;
    $window{$window}{$route}++ if $status >= 500;
}

open my $routes, '>', "$out/routes.tsv" or die "$out: $!\n";
print $routes "route\trequests\terrors\tp50\tp95\tmax\n";
for my $route (sort { $errors{$b} <=> $errors{$a} || @{ $latencies{$b} } <=> @{ $latencies{$a} } || $a cmp $b } keys %latencies) {
    my @sorted = sort { $a <=> $b } @{ $latencies{$route} };
    my $n = @sorted;
    print $routes join("\t", $route, $n, $errors{$route}, $sorted[($n - 1) / 2], $sorted[($n * 95 - 1) / 100], $sorted[-1]), "\n";
}

my %total;
for my $window (keys %window) {
    $total{$window} += $_ for values %{ $window{$window} };
}
my ($worst) = sort { $total{$b} <=> $total{$a} || $a cmp $b } keys %total;
my $failed = $worst ? $window{$worst} : {};
my ($route) = sort { $failed->{$b} <=> $failed->{$a} || $a cmp $b } keys %$failed;
open my $incident, '>', "$out/incident.txt" or die "$out: $!\n";
printf $incident "requests: %d\nskipped: %d\nwindow: %s\nwindow_errors: %d\nworst_route: %s\n",
    scalar keys %attempt, $skipped, $worst // '-', $worst ? $total{$worst} : 0, $route // '-';
PROGRAM
chmod 0755 /app/report

/app/report /app/traffic /app/report.d
