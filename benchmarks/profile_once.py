"""One full profile of one Parquet file: the program that `bench_profile` measures."""

import sys

import polars as pl

from dmaic_assets.table.profile.profile import profile_frame


def main() -> None:
    frame = pl.read_parquet(sys.argv[1])
    profile = profile_frame(frame)
    print(f"{profile.rows} rows, {len(profile.columns)} columns, score {profile.score:.3f}")


if __name__ == "__main__":
    main()
