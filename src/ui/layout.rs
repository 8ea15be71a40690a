//! Where the panels are.

use egui_tiles::{Container, LinearDir, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use crate::text::text;

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// The devices.
    Devices,
    /// The constraints editor.
    Constraints,
    /// The controls of a camera.
    Controls,
    /// Live pictures.
    Preview,
    /// The mode sweep.
    Sweep,
    /// Live levels.
    Meters,
    /// What is measured of cameras.
    Measurements,
    /// The tracks.
    Tracks,
    /// The event log.
    Events,
    /// Recordings and snapshots.
    Clips,
}

impl Pane {
    /// All panels.
    pub const ALL: [Self; 10] = [
        Self::Devices,
        Self::Constraints,
        Self::Controls,
        Self::Preview,
        Self::Sweep,
        Self::Meters,
        Self::Measurements,
        Self::Tracks,
        Self::Events,
        Self::Clips,
    ];

    /// Its title.
    pub fn title(self) -> String {
        match self {
            Self::Devices => text("panel-devices"),
            Self::Constraints => text("panel-constraints"),
            Self::Controls => text("panel-controls"),
            Self::Preview => text("panel-preview"),
            Self::Sweep => text("panel-sweep"),
            Self::Meters => text("panel-meters"),
            Self::Measurements => text("panel-measurements"),
            Self::Tracks => text("panel-tracks"),
            Self::Events => text("panel-events"),
            Self::Clips => text("panel-clips"),
        }
    }
}

/// The panels' places, which survive a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout(pub(super) Tree<Pane>);

impl Default for Layout {
    /// Devices, and constraints before controls, at the left, the picture in the middle, meters, and tracks before
    /// measurements, at the right, the log and the clips below.
    fn default() -> Self {
        let mut tiles = Tiles::default();
        let devices = tiles.insert_pane(Pane::Devices);
        let settings = [Pane::Constraints, Pane::Controls].map(|pane| tiles.insert_pane(pane));
        let settings = tiles.insert_tab_tile(settings.to_vec());
        let left = linear(&mut tiles, LinearDir::Vertical, &[(devices, 0.38), (settings, 0.62)]);
        let middle = [Pane::Preview, Pane::Sweep].map(|pane| tiles.insert_pane(pane));
        let middle = tiles.insert_tab_tile(middle.to_vec());
        let meters = tiles.insert_pane(Pane::Meters);
        let tracks = [Pane::Tracks, Pane::Measurements].map(|pane| tiles.insert_pane(pane));
        let tracks = tiles.insert_tab_tile(tracks.to_vec());
        let right = linear(&mut tiles, LinearDir::Vertical, &[(meters, 0.25), (tracks, 0.75)]);
        let top = linear(&mut tiles, LinearDir::Horizontal, &[(left, 0.35), (middle, 0.40), (right, 0.25)]);
        let events = tiles.insert_pane(Pane::Events);
        let clips = tiles.insert_pane(Pane::Clips);
        let bottom = linear(&mut tiles, LinearDir::Horizontal, &[(events, 0.68), (clips, 0.32)]);
        let root = linear(&mut tiles, LinearDir::Vertical, &[(top, 0.75), (bottom, 0.25)]);
        Self(Tree::new(egui::Id::unique("panels"), root, tiles))
    }
}

fn linear(tiles: &mut Tiles<Pane>, direction: LinearDir, shares: &[(TileId, f32)]) -> TileId {
    let children = shares.iter().map(|(tile, _)| *tile).collect();
    let mut linear = egui_tiles::Linear::new(direction, children);
    for (tile, share) in shares {
        linear.shares.set_share(*tile, *share);
    }
    tiles.insert_new(Tile::Container(Container::Linear(linear)))
}

impl Layout {
    /// Whether each panel is in it once, so that it can be used.
    pub fn is_whole(&self) -> bool {
        let panes: Vec<_> = self.0.tiles.tiles().filter_map(pane_of).collect();
        panes.len() == Pane::ALL.len() && Pane::ALL.iter().all(|pane| panes.contains(pane)) && self.0.root().is_some()
    }

    /// Whether a panel is shown.
    pub fn is_shown(&self, pane: Pane) -> bool {
        self.0.tiles.find_pane(&pane).is_some_and(|tile| self.0.is_visible(tile))
    }

    /// Shows a hidden panel, hides a shown one.
    pub fn toggle(&mut self, pane: Pane) {
        if let Some(tile) = self.0.tiles.find_pane(&pane) {
            self.0.tiles.toggle_visibility(tile);
        }
    }
}

const fn pane_of(tile: &Tile<Pane>) -> Option<Pane> {
    match tile {
        Tile::Pane(pane) => Some(*pane),
        Tile::Container(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_comes_back_from_its_text() {
        let mut layout = Layout::default();
        layout.toggle(Pane::Clips);
        let text = ron::to_string(&layout).unwrap();
        let back: Layout = ron::from_str(&text).unwrap();
        assert_eq!(back, layout);
        assert!(back.is_whole() && !back.is_shown(Pane::Clips) && back.is_shown(Pane::Events));
    }

    #[test]
    fn a_layout_without_a_panel_is_not_whole() {
        let mut layout = Layout::default();
        let tile = layout.0.tiles.find_pane(&Pane::Preview).unwrap();
        layout.0.remove_recursively(tile);
        assert!(!layout.is_whole());
    }
}
