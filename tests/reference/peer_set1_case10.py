#!/usr/bin/env python3
"""Computes PEER set 1 case 10 from its definition, without mtc: the reference of tests/system/peer.sh.

    peer_set1_case10.py SOURCE_MODEL.xml YEAR > reference.csv          (lon,lat,depth,imt,iml,poe)

Read from the source model: the polygon (checked to be the circle of the definition). Everything else stands
here: sites, levels, magnitudes (bins of 0.1), rates, grid of 5 km, point-like ruptures at 5 km depth.
Ground motion: Sadigh et al. (1997), Seismological Research Letters 68(1), 180-189, rock, PGA; the constant
term 45 <= rake <= 135 does not apply. YEAR 2010: the median alone; 2018: with its whole normal distribution.
"""

import math
import sys
import xml.etree.ElementTree as xml

RADIUS_KM = 6371.0
CENTRE = (-122.0, 38.0)
SITES = ((-122.0, 38.0), (-122.0, 37.55), (-122.0, 37.099), (-122.0, 36.874))
LEVELS_2010 = (0.001, 0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4)
LEVELS_2018 = (*LEVELS_2010, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 1.0)
ANNUAL_RATE, B, M_MIN, M_MAX, BIN = 0.0395, 0.9, 5.0, 6.5, 0.1
SPACING_KM, DEPTH_KM = 5.0, 5.0
AREA_KM2, ASPECT = 1e-4, 2.0  # a rupture that is hardly more than a point


def polygon(path):
    """Vertices (lon, lat), checked against the definition."""
    text = next(element.text for element in xml.parse(path).iter() if element.tag.endswith("posList"))
    numbers = [float(word) for word in text.split()]
    vertices = list(zip(numbers[::2], numbers[1::2]))
    # 100 km of ellipsoid are 100.19 km (north) to 99.76 km (east) of a sphere of 6371 km, here to 0.1 km
    for lon, lat in vertices:
        radius = distance(*CENTRE, lon, lat)
        if not 99.5 < radius < 100.3:
            raise SystemExit(f"{path}: {lon},{lat} is {radius:.3f} km from the centre (100 km in the definition)")
    if len(vertices) < 80:
        raise SystemExit(f"{path}: {len(vertices)} vertices do not make a circle")
    return vertices


def distance(lon1, lat1, lon2, lat2):
    """Great circle [km]."""
    lon1, lat1, lon2, lat2 = map(math.radians, (lon1, lat1, lon2, lat2))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(math.sqrt(h))


def destination(lon, lat, azimuth, length):
    """Where the great circle of `length` km in direction `azimuth` ends."""
    lon, lat, azimuth = map(math.radians, (lon, lat, azimuth))
    arc = length / RADIUS_KM
    end = math.asin(math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(azimuth))
    east = math.atan2(math.sin(azimuth) * math.sin(arc) * math.cos(lat), math.cos(arc) - math.sin(lat) * math.sin(end))
    return math.degrees(lon + east), math.degrees(end)


def grid(vertices):
    """Points of the grid that lie inside, from the north-western corner; a row keeps its latitude."""
    west, east = min(v[0] for v in vertices), max(v[0] for v in vertices)
    south, north = min(v[1] for v in vertices), max(v[1] for v in vertices)
    # orthographic about the middle of the box's (west, north) and (east, south)
    a, b = cartesian(west, north, 0.0), cartesian(east, south, 0.0)
    x, y, z = (p + q for p, q in zip(a, b))
    lon0, lat0 = math.atan2(y, x), math.atan2(z, math.hypot(x, y))

    def project(lon, lat):
        dlon, lat = math.radians(lon) - lon0, math.radians(lat)
        return (math.cos(lat) * math.sin(dlon),
                math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(dlon))

    edges = [project(*v) for v in vertices]

    def inside(lon, lat):
        px, py = project(lon, lat)
        crossings = False
        for (x1, y1), (x2, y2) in zip(edges, edges[1:] + edges[:1]):
            if (y1 > py) != (y2 > py) and px < (x2 - x1) * (py - y1) / (y2 - y1) + x1:
                crossings = not crossings
        return crossings

    points = []
    lat = north
    while lat > south:
        lon = west
        while lon < east:
            if inside(lon, lat):
                points.append((lon, lat))
            lon = destination(lon, lat, 90.0, SPACING_KM)[0]
        lat = destination(west, lat, 180.0, SPACING_KM)[1]
    return points


def cartesian(lon, lat, depth):
    lon, lat, r = math.radians(lon), math.radians(lat), RADIUS_KM - depth
    return (r * math.cos(lat) * math.cos(lon), r * math.cos(lat) * math.sin(lon), r * math.sin(lat))


def rupture_distance(lon, lat, site):
    """From a site to the upright plane, striking north, that is centred on a grid point [km].

    A horizontal length is one on the surface of the Earth, as in OpenQuake: at depth it is a little shorter.
    """
    length = math.sqrt(AREA_KM2 * ASPECT)
    width = AREA_KM2 / length
    length *= (RADIUS_KM - DEPTH_KM) / RADIUS_KM
    slope, bearing = math.radians(lat), math.radians(lon)
    north = (-math.sin(slope) * math.cos(bearing), -math.sin(slope) * math.sin(bearing), math.cos(slope))
    up = cartesian(lon, lat, RADIUS_KM - 1.0)
    offset = [s - c for s, c in zip(cartesian(*site, 0.0), cartesian(lon, lat, DEPTH_KM))]
    for direction, half in ((north, length / 2), (up, width / 2)):
        along = sum(o * d for o, d in zip(offset, direction))
        nearest = min(max(along, -half), half)
        offset = [o - nearest * d for o, d in zip(offset, direction)]
    return math.sqrt(sum(o * o for o in offset))


def ln_median(magnitude, distance_km):
    """PGA [g] on rock; M <= 6.5 throughout."""
    return -0.624 + 1.0 * magnitude - 2.1 * math.log(distance_km + math.exp(1.29649 + 0.250 * magnitude))


def exceedance(year, ln_level, mean, magnitude):
    if year == 2010:
        return 1.0 if ln_level <= mean else 0.0
    sigma = 1.39 - 0.14 * magnitude
    return 0.5 * math.erfc((ln_level - mean) / sigma / math.sqrt(2.0))


def main():
    source_model, year = sys.argv[1], int(sys.argv[2])
    points = grid(polygon(source_model))
    levels = LEVELS_2018 if year == 2018 else LEVELS_2010
    total = 10 ** (-B * M_MIN) - 10 ** (-B * M_MAX)
    bins = []
    for k in range(round((M_MAX - M_MIN) / BIN)):
        low, high = M_MIN + k * BIN, M_MIN + (k + 1) * BIN
        share = (10 ** (-B * low) - 10 ** (-B * high)) / total
        bins.append(((low + high) / 2, ANNUAL_RATE * share / len(points)))

    print("lon,lat,depth,imt,iml,poe")
    for site in SITES:
        distances = [rupture_distance(*point, site) for point in points]
        for level in levels:
            ln_level = math.log(level)
            rate = sum(rate * exceedance(year, ln_level, ln_median(magnitude, r), magnitude)
                       for magnitude, rate in bins for r in distances)
            print(f"{site[0]},{site[1]},0.0,PGA,{level},{-math.expm1(-rate):.12g}")
    print(f"{len(points)} grid points", file=sys.stderr)


if __name__ == "__main__":
    main()
